# beeld in a container: `docker build -t beeld .`, then `docker run --rm beeld run limburg-hoogwater --seed 7`.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY sim ./sim
COPY brokers ./brokers
COPY scenarios ./scenarios
COPY profiles ./profiles
RUN python -m venv /opt/beeld && /opt/beeld/bin/pip install --no-cache-dir --disable-pip-version-check .

FROM python:3.11-slim-bookworm
# Runs are written to /home/beeld/runs, readable by their owner only; mount a volume there to keep them.
RUN useradd --create-home --home-dir /home/beeld beeld && install -d -o beeld -g beeld /home/beeld/runs
COPY --from=build /opt/beeld /opt/beeld
ENV PATH="/opt/beeld/bin:$PATH"
USER beeld
WORKDIR /home/beeld
VOLUME /home/beeld/runs
ENTRYPOINT ["beeld"]
CMD ["--help"]

"""From figures to a judgment: criteria and norms as data, findings, the rule of the advice, points to improve."""

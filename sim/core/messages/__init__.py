"""What travels: items and the other message contents, their envelope, their topics, their bytes."""

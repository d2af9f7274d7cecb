"""The pages: start an exercise, steer it, sit in it, look at its picture, and replay it for the assessor."""

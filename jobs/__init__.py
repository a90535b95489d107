"""The scheduled jobs: one plain function a module, each for itself runnable and repeatable; schedule.py says when."""

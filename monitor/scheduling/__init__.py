"""When the jobs run: what is due, running one of them, and what is logged of it. Which jobs there are is passed in."""

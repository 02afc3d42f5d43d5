"""`python -m samverk`."""

from samverk.main import app

if __name__ == "__main__":
    app()

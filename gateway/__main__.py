"""``python -m gateway`` is ``dmp-gateway``."""

from gateway.cli import main

if __name__ == "__main__":
    main()

"""The service's own rules, engine and verifier on files, with no server. Nothing outside imports a service."""

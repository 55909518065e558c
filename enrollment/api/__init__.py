"""What systems of hospitals send and get: JSON of our own, FHIR, and the OpenAPI document of both. No database."""

"""The reading API for other programs: the same rows the pages show, by the same rights, as JSON.

Its description (OpenAPI) is at ``openapi.json`` beside it. It changes nothing and shows no
answers of persons.
"""

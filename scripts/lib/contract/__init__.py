"""Generation of code and documents from Fixtures/contract.json; see scripts/contract."""

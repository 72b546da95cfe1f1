"""Questions about the quality of the service, for whoever did not object or agreed; answers without persons."""

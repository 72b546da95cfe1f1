"""The demo door: never opened by a production configuration."""

"""The version, readable without importing the package's dependencies."""

VERSION = "0.1.0"

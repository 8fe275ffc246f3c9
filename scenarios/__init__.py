"""The worlds: sourced tables, and how config, tables and policies become a model."""

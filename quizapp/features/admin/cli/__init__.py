"""Commands of the person who runs the installation, one module for each subject."""

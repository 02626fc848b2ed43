"""Starting and watching the whole portal on one machine: `manage.py portal up`."""

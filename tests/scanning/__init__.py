"""What scanning must do."""

"""What every stand-in shares: how a call is read and answered, how what was received is masked, how numbers run on."""

"""Records a robot's topics into MCAP segments and lands them in the digital twin's lakehouse."""

"""What the people of a facility do for it: state free places, say when they answer, invite colleagues."""

"""What operations staff see and do in one service: journeys of events, lag, dead letters, replays, pauses, a log."""

"""OUT on disk: staging, the swap of snapshots, the history that outlives them."""

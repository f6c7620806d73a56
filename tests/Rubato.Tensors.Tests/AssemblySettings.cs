// The kernel set and the team of threads belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

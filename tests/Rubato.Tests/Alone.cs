namespace Rubato.Tests;

/// <summary>
/// Tests that change what all operations run on, the kernel set or the team, or measure the memory of all: they run
/// beside no others.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

namespace Rubato.Tensors.Tests;

/// <summary>Tests that change what all operations run on, the kernel set or the team: they run beside no others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

using System.Diagnostics.CodeAnalysis;

namespace Rubato.Tests;

/// <summary>Tests that change or measure what belongs to the whole process: kernel set, threads, native memory.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[SuppressMessage("Naming", "CA1711", Justification = "xunit's word")]
public sealed class Alone
{
    public const string Name = "alone";
}

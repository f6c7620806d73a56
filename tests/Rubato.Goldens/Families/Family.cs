namespace Rubato.Goldens;

/// <summary>The list of families, and what they have in common: looking things up by name.</summary>
internal static class Family
{
    public static readonly IReadOnlyDictionary<string, IFamily> ByName = new Dictionary<string, IFamily>(
        StringComparer.Ordinal)
    {
        ["adaptive-control"] = new AdaptiveControl(),
        ["models"] = new Models(Models.ByClass),
        ["ops"] = new Ops(OpTable.ByName),
        ["pipelines"] = new PipelineRuns(),
        ["rng"] = new Rng(),
        ["solvers"] = new Solvers(),
    };

    /// <summary>The entry of a family's table.</summary>
    /// <param name="table">What there is.</param>
    /// <param name="family">The family, for the reason of a skip.</param>
    /// <param name="kind">What a name in the table is: a class, an operation.</param>
    /// <param name="name">What the case asks for.</param>
    /// <exception cref="NotBuiltException">It is not in the table.</exception>
    public static T Find<T>(this IReadOnlyDictionary<string, T> table, string family, string kind, string name)
        => table.TryGetValue(name, out T? found)
            ? found
            : throw new NotBuiltException($"family {family}: {kind} {name}");
}

namespace Rubato.Goldens;

/// <summary>A family of which nothing is built yet: every case is skipped by the class that it names.</summary>
internal sealed class Unbuilt : IFamily
{
    private static readonly Dictionary<string, Action<Comparison>> Nothing = new(StringComparer.Ordinal);

    public IEnumerable<Unit> Units(GoldenCase golden)
    {
        (string kind, string name) = golden.Json.TryGetProperty("class", out _)
            ? ("class", golden.Text("class"))
            : ("operation", golden.Text("op"));
        yield return new Unit(golden.Name, [], _ => Nothing.Find(golden.Family, kind, name));
    }
}

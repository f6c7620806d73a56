namespace Rubato.Tests.Architecture;

/// <summary>Dependencies point one way. A reversed arrow is a mistake in the design, not in this table.</summary>
public sealed class DependencyTests
{
    private static readonly string[] Everything = ["*"];

    /// <summary>What each namespace of the library may use of the library's others.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Rubato"] = Everything,
        ["Rubato.Pipelines"] = Everything,
        ["Rubato.Pipelines.Schedulers"] = Everything,
        ["Rubato.Training"] = Everything,
        ["Rubato.Training.Horizons"] = Everything,
        ["Rubato.Training.Prompts"] = Everything,
        ["Rubato.Benchmarks"] = Everything,
        ["Rubato.Engine"] =
            ["Rubato.Sampling", "Rubato.Solvers", "Rubato.Policies", "Rubato.Guidance", "Rubato.Processes", "Rubato.Networks"],
        ["Rubato.Solvers"] = ["Rubato.Sampling", "Rubato.Processes"],
        ["Rubato.Policies"] = ["Rubato.Sampling", "Rubato.Processes"],
        ["Rubato.Guidance"] = ["Rubato.Sampling", "Rubato.Processes"],
        ["Rubato.Planning"] = ["Rubato.Sampling", "Rubato.Processes"],
        ["Rubato.Sampling"] = ["Rubato.Processes", "Rubato.Files"],
        ["Rubato.Processes"] = [],
        ["Rubato.Networks"] = ["Rubato.Networks.Layers"],
        ["Rubato.Networks.Layers"] = ["Rubato.Networks"],
        ["Rubato.Checkpoints"] = ["Rubato.Files"],
        ["Rubato.Imaging"] = ["Rubato.Files"],
        ["Rubato.Text"] = ["Rubato.Files", "Rubato.Checkpoints", "Rubato.Networks"],
        ["Rubato.Evaluation"] =
            ["Rubato", "Rubato.Imaging", "Rubato.Sampling", "Rubato.Networks", "Rubato.Checkpoints", "Rubato.Pipelines", "Rubato.Text"],
        ["Rubato.Files"] = [],
    };

    [Fact]
    public void Namespaces_of_the_library_use_only_those_below_them()
    {
        string[] reversed = [.. NamespaceReferences.Read(typeof(RubatoModel).Assembly.Location)
            .Where(arrow => IsOurs(arrow.From) && IsOurs(arrow.To) && !arrow.To.StartsWith("Rubato.Tensors", StringComparison.Ordinal))
            .Where(arrow => !Allowed.TryGetValue(arrow.From, out string[]? allowed)
                || (allowed != Everything && !allowed.Contains(arrow.To)))
            .Select(arrow => $"{arrow.From} -> {arrow.To}").Order(StringComparer.Ordinal)];

        Assert.Empty(reversed);
    }

    [Fact]
    public void The_numeric_engine_knows_nothing_of_diffusion()
    {
        IEnumerable<string> used = NamespaceReferences.Read(typeof(Tensors.Tensor).Assembly.Location).Select(arrow => arrow.To);

        Assert.DoesNotContain(used, name => IsOurs(name) && !name.StartsWith("Rubato.Tensors", StringComparison.Ordinal));
    }

    [Fact]
    public void The_table_names_no_namespace_that_is_gone()
    {
        var present = typeof(RubatoModel).Assembly.GetTypes().Select(type => type.Namespace).ToHashSet();

        Assert.All(Allowed.Keys, name => Assert.Contains(name, present));
    }

    private static bool IsOurs(string name) => name == "Rubato" || name.StartsWith("Rubato.", StringComparison.Ordinal);
}

using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Files;
using Rubato.Networks;
using Rubato.Planning;
using Rubato.Tensors;

namespace Rubato.Pipelines;

/// <summary>
/// How many steps a request takes, from what it asks for (CTS of AC-Diff, arXiv:2411.15199). One module serves every budget: it
/// answers with the law by which the error falls with the steps, and a rule makes a horizon of it. A reconstruction.
/// </summary>
internal sealed class ConditionTimeSteps
{
    /// <summary>In the module's folder: what it knows, and whose mean is a budget.</summary>
    internal const string ConfigFile = "config.json";

    private const string LawsKey = "conditions", ClassesKey = "classes";
    private const int MostClasses = 100_000, MostNumbers = 300_000;

    private readonly HorizonNetwork _network;
    private readonly IReadOnlyList<ErrorLaw> _conditions;
    private readonly int _classes;
    private volatile BudgetRule? _last;

    /// <param name="network">Answers.</param>
    /// <param name="classes">How many it knows.</param>
    /// <param name="conditions">Laws of the conditions that the mean of a budget is taken over.</param>
    public ConditionTimeSteps(HorizonNetwork network, int classes, IReadOnlyList<ErrorLaw> conditions)
        => (_network, _classes, _conditions) = (network, classes, conditions);

    /// <summary>How many conditions the mean of a budget is taken over: those that the module was trained on.</summary>
    public int Conditions => _conditions.Count;

    /// <summary>Loads a folder with <c>config.json</c> and weights.</summary>
    /// <exception cref="CheckpointException">A file is damaged or not what it should be.</exception>
    /// <exception cref="WeightsException">The tensors are not those of the network.</exception>
    public static ConditionTimeSteps Load(string folder)
    {
        string path = Path.Combine(folder, ConfigFile);
        ModelFolder.RequireInside(folder, path, path);
        ModelConfig config = ModelConfig.Read(path);
        int classes = config.ReadInt32(ClassesKey, 0, MostClasses);
        double[] numbers = config.ReadDoubles(LawsKey, -1e3, 1e3, MostNumbers);
        if (numbers.Length == 0 || numbers.Length % HorizonNetwork.Answers != 0)
            throw CheckpointException.OfKey(path, LawsKey, $"has {numbers.Length} numbers", "three describe a condition's law, and one is needed");
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        var network = new HorizonNetwork(new Weights(new CheckpointWeights(checkpoint)), classes, Structure.Channels, StructureStatistics.Count);
        return new ConditionTimeSteps(network, classes, [.. numbers.Chunk(HorizonNetwork.Answers).Select(law => new ErrorLaw(law[0], law[1], law[2]))]);
    }

    /// <summary>Writes <c>config.json</c> of a module; its weights are written by whoever trained it.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteConfig(string folder, int classes, IReadOnlyList<ErrorLaw> conditions)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber(ClassesKey, classes);
            json.WriteStartArray(LawsKey);
            foreach (ErrorLaw law in conditions)
                foreach (double number in (double[])[law.Level, law.Order, law.Bend]) json.WriteNumberValue(Math.Round(number, 4));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        AtomicFile.Write(Path.Combine(folder, ConfigFile), stream => stream.Write(buffer.ToArray()));
    }

    /// <summary>The law by which the error of a request falls.</summary>
    /// <param name="subject">Its class; null for none.</param>
    /// <param name="structure">Its structure; null for none.</param>
    public ErrorLaw LawOf(int? subject, Structure? structure)
    {
        using Scope scope = Scope.Begin();
        Tensor channels = Tensor.Zeros([1, Structure.Channels, structure?.Shown.Height ?? 16, structure?.Shown.Width ?? 16]);
        structure?.Values.Span.CopyTo(channels.AsSpan());
        Tensor statistics = Tensor.From(StructureStatistics.Of(structure), [1, StructureStatistics.Count]);
        return LawOf(_network.Evaluate([subject ?? _classes], channels, statistics).AsSpan());
    }

    /// <summary>What makes horizons of laws at a mean number of steps over what the module was trained on.</summary>
    public HorizonRule RuleOf(double budget)
    {
        // A command plans its requests, and the model does again, all at one budget. Two threads at once both make the same rule.
        if (_last is not { } last || last.Budget != budget) _last = last = new BudgetRule(budget, HorizonRule.Budget(budget, _conditions));
        return last.Rule;
    }

    /// <summary>An answer of the network in its ranges: the order is at least a half, the bend at most a third either way.</summary>
    internal static ErrorLaw LawOf(ReadOnlySpan<float> answer)
        => new(answer[0], 0.5 + SoftPlus(answer[1]), Math.Tanh(answer[2]) / 3);

    /// <summary>What the three numbers of a law change by for a change of the answer's.</summary>
    internal static ErrorLaw SlopesOf(ReadOnlySpan<float> answer)
        => new(1, 1 / (1 + Math.Exp(-answer[1])), (1 - Math.Pow(Math.Tanh(answer[2]), 2)) / 3);

    private static double SoftPlus(double x) => x > 30 ? x : Math.Log(1 + Math.Exp(x));

    private sealed record BudgetRule(double Budget, HorizonRule Rule);
}

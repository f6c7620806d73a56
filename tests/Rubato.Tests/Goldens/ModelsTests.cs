using Rubato.Goldens;
using Rubato.Tensors;

namespace Rubato.Tests.Goldens;

/// <summary>A network that is two numbers: y = w x, with a trace of its own.</summary>
public sealed class ModelsTests
{
    private const string Case = """
        {"family": "models", "class": "Double", "model": ".", "inputs": ["x"], "args": {},
         "outputs": ["out.output"], "traces": ["trace.inner", "trace.other"],
         "tolerance": {"atol": 9, "rtol": 0}, "tolerances": {"out.output": {"atol": 0.01, "rtol": 0}}}
        """;

    [Theory]
    [InlineData(2, 20, true)]
    [InlineData(2.004, 20, true)]
    [InlineData(2.02, 20, false)]      // the output's own tolerance, not the case's
    [InlineData(2, 20.0015, true)]     // a trace may be off by 1e-4 of its largest value
    [InlineData(2, 20.0025, false)]
    public void Outputs_and_traces_are_compared_each_at_its_tolerance(double weight, double trace, bool passes)
    {
        Outcome outcome = Run(Case, model => [
            ("out.output", Tensor.From([(float)weight * model.Input("x").AsSpan()[0]], [1])),
            ("trace.inner", Tensor.From([(float)trace], [1])),
            ("trace.more", Tensor.From([0], [1])),
        ]);
        Assert.Equal(passes ? Verdict.Passed : Verdict.Failed, outcome.Verdict);
        Assert.Equal(1, outcome.LeftOut["traces"]);
    }

    [Fact]
    public void A_network_finds_its_folder_and_its_arguments()
    {
        Outcome outcome = Run(Case, model =>
        {
            Assert.Equal("Double", model.Config.ReadText("_class_name"));
            Assert.Equal(["weight"], model.Weights.Tensors.Select(tensor => tensor.Name));
            Assert.Null(model.Find("mask"));
            return [("out.output", Tensor.From([2], [1]))];
        });
        Assert.Equal((Verdict.Passed, 2), (outcome.Verdict, outcome.LeftOut["traces"]));
    }

    [Fact]
    public void An_output_that_the_network_does_not_give_fails()
        => Assert.Equal(Verdict.Failed, Run(Case, _ => []).Verdict);

    [Theory]
    [InlineData("\"class\": \"Double\"", "\"class\": \"Triple\"", "family models: class Triple")]
    [InlineData("\"class\"", "\"kind\": \"training\", \"class\"", "family models: class Double (training)")]
    public void What_is_not_built_is_skipped_by_name(string part, string instead, string reason)
    {
        Outcome outcome = Run(Case.Replace(part, instead, StringComparison.Ordinal), _ => []);
        Assert.Equal((Verdict.Skipped, reason), (outcome.Verdict, outcome.Detail[0]));
    }

    private static Outcome Run(string json, Network network)
    {
        using var set = new TemporarySet();
        string folder = set.Add("one", json,
            ("x", [1], [1]), ("out.output", [1], [2]), ("trace.inner", [1], [20]), ("trace.other", [1], [1]));
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"_class_name": "Double"}""");
        set.AddTensors(Path.Combine(folder, "diffusion_pytorch_model.safetensors"), ("weight", [1], [2]));
        var networks = new Dictionary<string, Network>(StringComparer.Ordinal) { ["Double"] = network };
        var families = new Dictionary<string, IFamily>(StringComparer.Ordinal) { ["models"] = new Models(networks) };
        return Assert.Single(Runner.Run(set.Root, families).Outcomes);
    }
}

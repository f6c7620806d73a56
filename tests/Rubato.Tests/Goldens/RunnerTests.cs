using System.Runtime.InteropServices;
using Rubato.Checkpoints;
using Rubato.Goldens;

namespace Rubato.Tests.Goldens;

/// <summary>A runner that lets everything pass would be worse than none: sets whose outcome is known.</summary>
public sealed class RunnerTests
{
    private const double NaN = double.NaN, Infinity = double.PositiveInfinity;

    [Theory]
    [InlineData(1.0, 1.0, 0, 0, true)]
    [InlineData(1.125, 1.0, 0.125, 0, true)]          // the limit itself is allowed
    [InlineData(1.1251, 1.0, 0.125, 0, false)]
    [InlineData(1.5, 1.0, 0, 0.125, true)]            // relative to the tensor's largest, which is -4
    [InlineData(1.5001, 1.0, 0, 0.125, false)]
    [InlineData(NaN, 1.0, Infinity, 0, false)]
    [InlineData(NaN, NaN, Infinity, 0, false)]
    [InlineData(Infinity, Infinity, 0, 0, true)]
    [InlineData(Infinity, -Infinity, 1e300, 1, false)]
    [InlineData(1.0, Infinity, 0, 0.5, false)]         // an infinite reference does not widen the limit
    public void A_value_passes_within_the_tolerance_of_its_tensor(
        double got, double want, double absolute, double relative, bool passes)
    {
        var tolerance = new Tolerance(absolute, relative);
        Outcome outcome = RunOne([("y", [want, -4])], ["y"],
            (golden, comparison) => comparison.Check<double>("y", [got, -4], golden["y"], tolerance));
        Assert.Equal(passes ? Verdict.Passed : Verdict.Failed, outcome.Verdict);
    }

    [Fact]
    public void A_failure_says_what_is_off_by_how_much_and_where()
    {
        Outcome outcome = RunOne([("x", [1, 2]), ("y", [1, 2, 3])], ["x", "y"], (golden, comparison) =>
        {
            comparison.Check<double>("x", [1, 2.5], golden["x"], new Tolerance(0.25, 0));
            comparison.Check<double>("y", [1.5, 2, 7], golden["y"], new Tolerance(0.25, 0));
        });
        Assert.Equal(
            [
                "y[2]: got 7, want 3, off by 4; the limit is 0.25",
                "x[1]: got 2.5, want 2, off by 0.5; the limit is 0.25",
            ],
            outcome.Detail);
    }

    [Fact]
    public void Integers_are_equal_or_wrong_whatever_the_tolerance()
    {
        const long Large = (1L << 53) + 1;   // float64 does not have it
        using var set = new TemporarySet();
        string file = Path.Combine(set.Add("one", """{"family": "told"}"""), "tensors.safetensors");
        byte[] bytes = MemoryMarshal.AsBytes<long>([3, Large]).ToArray();
        SafetensorsWriter.Write(file, [new TensorSource("y", SafetensorsDType.I64, [2], bytes)]);
        Assert.Empty(Failures(Large));
        Assert.Equal("y[1]: got 9007199254740992, want 9007199254740993; 1 of 2 differ", Assert.Single(Failures(Large - 1)));

        IReadOnlyList<string> Failures(long second)
        {
            var told = new Told(["y"], (golden, comparison)
                => comparison.Check<long>("y", [3, second], golden["y"], new Tolerance(9, 9)));
            var families = new Dictionary<string, IFamily>(StringComparer.Ordinal) { ["told"] = told };
            return Assert.Single(Runner.Run(set.Root, families).Outcomes).Detail;
        }
    }

    [Fact]
    public void Too_few_values_fail()
    {
        Outcome outcome = RunOne([("y", [1, 2])], ["y"],
            (golden, comparison) => comparison.Check<double>("y", [1], golden["y"], new Tolerance(9, 9)));
        Assert.Equal(Verdict.Failed, outcome.Verdict);
    }

    [Fact]
    public void An_output_that_is_neither_compared_nor_left_out_fails()
    {
        Outcome outcome = RunOne([("y", [1])], ["y", "z"],
            (golden, comparison) => comparison.Check<double>("y", [1], golden["y"], Tolerance.Exact));
        Assert.Equal((Verdict.Failed, "never compared: z"), (outcome.Verdict, Assert.Single(outcome.Detail)));
    }

    [Fact]
    public void A_case_of_which_everything_is_left_out_fails()
    {
        Outcome outcome = RunOne([("y", [1])], ["y"], (_, comparison) => comparison.LeaveOut("y", "gradients"));
        Assert.Equal((Verdict.Failed, "nothing was compared"), (outcome.Verdict, Assert.Single(outcome.Detail)));
    }

    [Fact]
    public void Only_what_is_not_built_is_skipped()
    {
        Assert.Equal(Verdict.Skipped, Throwing(new NotBuiltException("operation fold")).Verdict);
        Assert.Equal(Verdict.Skipped, Throwing(new NotSupportedException("option fold")).Verdict);
        Assert.Equal(Verdict.Failed, Throwing(new PlatformNotSupportedException("no AVX-512")).Verdict);
        Assert.Equal(Verdict.Failed, Throwing(new InvalidOperationException("a bug")).Verdict);
        Outcome ofTheRuntime = RunOne([], [], (_, _) => ((IList<int>)Array.AsReadOnly(new[] { 1 })).Add(2));
        Assert.Equal(Verdict.Failed, ofTheRuntime.Verdict);

        static Outcome Throwing(Exception e) => RunOne([], [], (_, _) => throw e);
    }

    [Fact]
    public void The_summary_counts_every_reason_and_ends_with_the_totals()
    {
        using var set = new TemporarySet();
        set.Add("ops/many", """
            {"family": "ops", "cases": [
              {"id": "c0", "op": "linear", "args": {}, "inputs": {"x": "x", "weight": "w"},
               "outputs": {"y": "y", "grad.weight": "gw"}, "grad_outputs": {"y": "gy"}, "tolerance": {"atol": 0, "rtol": 0}},
              {"id": "c1", "op": "linear", "args": {}, "inputs": {"x": "x", "weight": "w"}, "outputs": {"y": "wrong"},
               "tolerance": {"atol": 0, "rtol": 0}},
              {"id": "c2", "op": "fold", "args": {}, "inputs": {}, "outputs": {"y": "y"}},
              {"id": "c3", "op": "fold", "args": {}, "inputs": {}, "outputs": {"y": "y"}},
              {"id": "c4", "op": "linear", "args": {"lora": 4}, "inputs": {"x": "x", "weight": "w"},
               "outputs": {"y": "y"}}
            ]}
            """, ("x", [1, 2], [1, 2]), ("w", [1, 2], [3, 4]), ("y", [1, 1], [11]), ("wrong", [1, 1], [12]),
            ("gy", [1, 1], [2]), ("gw", [1, 2], [2, 4]));
        set.Add("strange", """{"family": "poetry"}""");
        string[] lines = [.. Runner.Run(set.Root, Family.ByName).Lines()];
        Assert.Equal(
            [
                "FAILED ops/many c1 linear",
                "    y[0, 0]: got 11, want 12, off by 1; the limit is 0",
                "FAILED strange",
                "    InvalidDataException: there is no family \"poetry\"",
                "skipped    2  family ops: operation fold",
                "skipped    1  family ops: operation linear: option lora",
                "1 passed, 2 failed, 3 skipped",
            ],
            lines);
    }

    [Fact]
    public void The_summary_says_how_many_outputs_were_not_compared()
    {
        Outcome[] outcomes = [.. new[] { 2, 3 }.Select(count => new Outcome($"case {count}", Verdict.Passed, [],
            new Dictionary<string, int>(StringComparer.Ordinal) { ["traces"] = count }))];
        Assert.Equal(["traces: not compared (5 outputs)", "2 passed, 0 failed, 0 skipped"], new Summary(outcomes).Lines());
    }

    [Fact]
    public void A_description_that_cannot_be_read_fails_alone()
    {
        using var set = new TemporarySet();
        set.Add("a", "{");
        set.Add("b", "[]");
        set.Add("c", "{}");
        set.Add("d", """{"family": "rng", "name": "d", "op": "numpy"}""", ("x", [1], [1]));
        Summary summary = Runner.Run(set.Root, Family.ByName);
        Assert.Equal((3, 1), (summary.Failed, summary.Skipped));
    }

    /// <summary>Runs a set of one case, whose family does as told.</summary>
    private static Outcome RunOne(
        (string Name, double[] Values)[] tensors, string[] outputs, Action<GoldenCase, Comparison> run)
    {
        using var set = new TemporarySet();
        set.Add("one", """{"family": "told"}""",
            [.. tensors.Select(tensor => (tensor.Name, new long[] { tensor.Values.Length }, tensor.Values))]);
        var families = new Dictionary<string, IFamily>(StringComparer.Ordinal) { ["told"] = new Told(outputs, run) };
        return Assert.Single(Runner.Run(set.Root, families).Outcomes);
    }

    private sealed class Told(string[] outputs, Action<GoldenCase, Comparison> run) : IFamily
    {
        public IEnumerable<Unit> Units(GoldenCase golden)
            => [new Unit(golden.Name, outputs, comparison => run(golden, comparison))];
    }
}

using System.Text.Json;
using Rubato.Guidance;
using Rubato.Pipelines;
using Rubato.Policies;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Goldens;

/// <summary>
/// Adaptive policies on analytic models: the decisions, exactly, and what they make of the trajectory.
/// </summary>
internal sealed class AdaptiveControl : IFamily
{
    private const double NotComputed = -2;   // stands for the cosine of a step that was not guided

    private static readonly Dictionary<string, Action<GoldenCase, Comparison>> ByOperation = new(StringComparer.Ordinal)
    {
        ["adaptive-diffusion"] = Skipping,
        ["adaptive-guidance"] = Guiding,
    };

    private static readonly Tolerance OfTimes = new(0, 1e-5);

    public IEnumerable<Unit> Units(GoldenCase golden)
    {
        yield return new Unit(golden.Name, golden.Texts("outputs"),
            comparison => ByOperation.Find("adaptive-control", "operation", golden.Text("op"))(golden, comparison));
    }

    private static void Skipping(GoldenCase golden, Comparison comparison)
    {
        var policy = new AdaptiveDiffusion
        {
            Threshold = golden.Json.GetProperty("threshold").GetDouble(),
            MaxSkip = golden.Json.GetProperty("max_skip_steps").GetInt32(),
        };
        if (golden.Text("mode") == "replay")
        {
            GoldenTensor stored = golden["latents"];
            Tensor latents = stored.ToTensor();
            Tensor[] states = [.. Enumerable.Range(0, stored.Shape[0]).Select(k => latents.Rows(k, 1))];
            CheckDecisions(golden, comparison, policy, states);
            return;
        }

        RecordedRun run = Run(golden, golden["noise"].ToTensor(), new Control { Policies = [policy] }, comparison);
        CheckDecisions(golden, comparison, policy, run.States);
        CheckStates(golden, comparison, [run]);
        bool[] evaluated = [.. run.Trace.Entries.Select(entry => entry.Action == EvaluationAction.Evaluated)];
        comparison.Check<byte>("evaluated", Bytes(evaluated), golden["evaluated"], Tolerance.Exact);
        comparison.Equal("evaluated_steps", evaluated.Count(call => call), Integer(golden, "evaluated_steps"));
        comparison.Equal("network_evaluations", run.Trace.Evaluations, Integer(golden, "network_evaluations"));
        comparison.Equal("longest_skip", LongestRun(evaluated), Integer(golden, "longest_skip"));
    }

    /// <summary>Feeds the moves between the states to the rule, one after the other.</summary>
    private static void CheckDecisions(
        GoldenCase golden, Comparison comparison, AdaptiveDiffusion policy, IReadOnlyList<Tensor> states)
    {
        var decisions = new AdaptiveDiffusion.Decisions(policy);
        List<double> moves = [], relative = [], absolute = [];
        List<bool> calls = [], forced = [];
        for (int k = 1; k < states.Count; k++)
        {
            moves.Add(states[k].MeanAbsoluteDifference(states[k - 1]));
            bool call = decisions.Next(moves[^1]);
            if (decisions.Criterion is not { } criterion) continue;
            relative.Add(criterion.Value);
            absolute.Add(criterion.Value * moves[^2]);
            calls.Add(call);
            forced.Add(decisions.Forced);
        }

        Check("diff", moves);
        Check("criterion", absolute);
        Check("criterion_relative", relative);
        comparison.Check<byte>("mask", Bytes(calls), golden["mask"], Tolerance.Exact);
        comparison.Check<byte>("forced", Bytes(forced), golden["forced"], Tolerance.Exact);

        void Check(string output, List<double> values)
            => comparison.Check<double>(output, [.. values], golden[output], golden.Tolerance(output));
    }

    /// <summary>Each element of the batch decides on its own: it is a trajectory of its own.</summary>
    private static void Guiding(GoldenCase golden, Comparison comparison)
    {
        Tensor noise = golden["noise"].ToTensor();
        var guidance = new AdaptiveGuidance
        {
            Threshold = golden.Json.GetProperty("gamma_bar").GetDouble(),
            Trigger = GuidanceTrigger.Published,
        };
        RecordedRun[] runs = [.. Enumerable.Range(0, noise.Shape[0]).Select(element
            => Run(golden, noise.Rows(element, 1), new Control { Guidance = [guidance] }, comparison))];

        CheckStates(golden, comparison, runs);
        int steps = runs[0].Trace.Entries.Count;
        var guided = new bool[steps * runs.Length];
        var cosines = new double[guided.Length];
        for (int i = 0; i < guided.Length; i++)
        {
            TraceEntry entry = runs[i % runs.Length].Trace.Entries[i / runs.Length];
            guided[i] = entry.Branches == Branches.Both;
            cosines[i] = entry.Criteria is [{ } criterion] ? criterion.Value : NotComputed;
        }

        comparison.Check<byte>("guided", Bytes(guided), golden["guided"], Tolerance.Exact);
        comparison.Check<double>("gamma", cosines, golden["gamma"], golden.Tolerance("gamma"));
        int evaluations = runs.Sum(run => run.Trace.Evaluations);
        comparison.Equal("network_evaluations", evaluations, Integer(golden, "network_evaluations"));
        comparison.Equal("guided_steps",
            string.Join(' ', runs.Select(run => run.Trace.Entries.Count(entry => entry.Branches == Branches.Both))),
            string.Join(' ', golden.Json.GetProperty("guided_steps").EnumerateArray()));
    }

    private static RecordedRun Run(GoldenCase golden, Tensor noise, Control control, Comparison comparison)
    {
        var scheduled = new SchedulerCase(golden);
        SchedulerPlan plan = scheduled.Scheduler.Plan(scheduled.Call(Integer(golden, "num_inference_steps")));
        scheduled.CheckLists(plan, "", comparison);
        bool guided = golden.Json.GetProperty("guidance_scale") is { ValueKind: JsonValueKind.Number };
        JsonElement models = golden.Json.GetProperty("models");
        AnalyticModel Model(string branch)
            => AnalyticModel.Read(models.GetProperty(branch), name => golden[name].Doubles());
        RecordedRun run = RecordedRun.Of(
            scheduled.Scheduler, plan, noise * plan.Grid.StartScale,
            (Model("cond"), guided ? Model("uncond") : null),
            (_, _) => throw new InvalidDataException("no case draws noise on the way"),
            control with { Scale = guided ? golden.Json.GetProperty("guidance_scale").GetDouble() : 1 });
        if (golden.Has("eval.t"))
            comparison.Check<double>("eval.t", run.Times, golden["eval.t"], OfTimes);
        return run;
    }

    /// <summary>The states of all steps, [N, batch, ..], of runs that are a part of the batch each.</summary>
    private static void CheckStates(GoldenCase golden, Comparison comparison, RecordedRun[] runs)
    {
        float[] states = [.. Enumerable.Range(0, runs[0].States.Count)
            .SelectMany(k => runs.SelectMany(run => run.States[k].ToArray()))];
        comparison.Check<float>("latents", states, golden["latents"], golden.Tolerance("latents"));
        float[] final = [.. runs.SelectMany(run => run.Final.ToArray())];
        comparison.Check<float>("sample.final", final, golden["sample.final"], golden.Tolerance("sample.final"));
    }

    private static int LongestRun(bool[] evaluated)
    {
        int longest = 0, run = 0;
        foreach (bool call in evaluated) longest = Math.Max(longest, run = call ? 0 : run + 1);
        return longest;
    }

    private static byte[] Bytes(IEnumerable<bool> values) => [.. values.Select(value => value ? (byte)1 : (byte)0)];

    private static int Integer(GoldenCase golden, string key) => golden.Json.GetProperty(key).GetInt32();
}

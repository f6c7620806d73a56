using System.Text.Json;
using Rubato.Pipelines;
using Rubato.Pipelines.Schedulers;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;

namespace Rubato.Goldens;

/// <summary>Schedulers of diffusers: their lists, their noising, their trajectories on analytic models.</summary>
internal sealed class Solvers : IFamily
{
    private static readonly Dictionary<string, Action<GoldenCase, Comparison>> ByOperation = new(StringComparer.Ordinal)
    {
        ["noising"] = Noising,
        ["sample"] = Sample,
        ["schedule"] = Schedule,
        ["exact-ode"] = ExactOde.Check,
    };

    private static readonly Tolerance OfTimes = new(0, 1e-5);

    public IEnumerable<Unit> Units(GoldenCase golden)
    {
        yield return new Unit(golden.Name, golden.Texts("outputs"),
            comparison => ByOperation.Find("solvers", "operation", golden.Text("op"))(golden, comparison));
    }

    private static void Sample(GoldenCase golden, Comparison comparison)
    {
        var scheduled = new SchedulerCase(golden);
        var model = AnalyticModel.Read(golden.Json.GetProperty("model"), name => golden[name].Doubles());
        int steps = golden.Json.GetProperty("num_inference_steps").GetInt32();
        SchedulerPlan plan = scheduled.Scheduler.Plan(scheduled.Call(steps));
        if (plan.Solver is RePaint)
        {
            RePaintRun.Check(golden, scheduled.Scheduler, plan, model, comparison);
            return;
        }

        scheduled.CheckLists(plan, "", comparison);
        if (golden.Json.GetProperty("strength") is { ValueKind: JsonValueKind.Number } strength)
            plan = plan with { Grid = plan.Grid.Skip(steps - Math.Min((int)(steps * strength.GetDouble()), steps)) };

        Tensor start = Start(golden, plan.Grid);
        Check("sample.init", start);

        // Two calls of one entry of the list, where the class has a corrector.
        int calls = plan.Solver is PredictorCorrector ? 2 : 1;
        double[] alphas = golden["eval.alpha"].Doubles(), sigmas = golden["eval.sigma"].Doubles();
        RecordedRun run = RecordedRun.Of(
            scheduled.Scheduler, plan, start, (model, null), (call, draw) => Noise(golden, call, draw, calls), Control.None,
            call => (alphas[call / calls], sigmas[call / calls]));

        comparison.Equal("evaluations", run.Trace.Evaluations, calls * golden.Json.GetProperty("evaluations").GetInt32());
        comparison.Check<double>("eval.t", [.. run.Times.Where((_, k) => k % calls == 0)], golden["eval.t"], OfTimes);
        for (int k = 0; k < run.Calls.Count; k++)
        {
            if ((k + 1) % calls == 0) Check($"sample.{k / calls}", run.States[k]);
            Check($"model_output.{k}", run.Calls[k].Prediction.Output);
            Check($"pred_original_sample.{k}", run.Calls[k].Prediction.Data);
            CheckJump(k);
        }

        Check("sample.final", run.Final);

        void Check(string name, Tensor value)
        {
            if (golden.Has(name)) comparison.Check(name, value, golden[name], golden.Tolerance(name));
        }

        // Where a distilled model jumped to, before the noise that leads back: what the next call was told, unscaled.
        void CheckJump(int k)
        {
            if (plan.Solver is not (MultistepConsistency or Tcd)) return;
            Tensor? still = k + 1 < run.Calls.Count ? run.Calls[k + 1].Point.BeforeNoise : null;
            double to = plan.Grid.Steps[k].To.Alpha;
            Check($"denoised.{k}", still is null ? run.States[k] : still / to);
            if (plan.Solver is not Tcd tcd) return;
            double past = scheduled.Scheduler.Meaning.Process.At(Math.Floor((1 - tcd.Gamma) * plan.Grid.Steps[k].To.Time)).Alpha;
            Check($"pred_noised_sample.{k}", still is null ? run.States[k] : still * (past / to));
        }
    }

    /// <summary>A draw within a call; where an entry of the list has several, they are numbered.</summary>
    private static float[] Noise(GoldenCase golden, int call, int draw, int calls)
    {
        string name = $"noise.{call / calls}";
        return golden[golden.Has(name) ? name : $"{name}.{call % calls + draw}"].Floats();
    }

    private static Tensor Start(GoldenCase golden, TimeGrid grid)
    {
        Tensor noise = golden["noise"].ToTensor();
        string start = golden.Text("start");
        Level first = grid.Steps[0].From;
        return start switch
        {
            "noise" => noise * grid.StartScale,
            "inverse" => golden["x0"].ToTensor(),
            "img2img" => LinearCombination.Of((first.Alpha, golden["x0"].ToTensor()), (first.Sigma, noise)),
            _ => throw new NotBuiltException($"family solvers: start {start}"),
        };
    }

    private static void Schedule(GoldenCase golden, Comparison comparison)
    {
        var scheduled = new SchedulerCase(golden);
        foreach (JsonElement steps in golden.Json.GetProperty("steps").EnumerateArray())
        {
            SchedulerPlan plan = scheduled.Scheduler.Plan(scheduled.Call(steps.GetInt32()));
            scheduled.CheckLists(plan, $".{steps}", comparison);
            string scale = $"init_noise_sigma.{steps}";
            if (golden.Has(scale))
                comparison.Check<double>(scale, [plan.Grid.StartScale], golden[scale], golden.Tolerance(scale));
        }

        if (!golden.Has("betas") || scheduled.Scheduler.Meaning.Process is not VariancePreserving process) return;
        float[] betas = new SchedulerConfig(scheduled.Config, scheduled.Scheduler.ClassName).ReadBetas();
        comparison.Check<float>("betas", betas, golden["betas"], golden.Tolerance("betas"));
        Tolerance ofProducts = golden.Tolerance("alphas_cumprod");
        comparison.Check("alphas_cumprod", process.AlphaBar, golden["alphas_cumprod"], ofProducts);
    }

    private static void Noising(GoldenCase golden, Comparison comparison)
    {
        var scheduled = new SchedulerCase(golden);
        IProcess process = scheduled.Scheduler.Meaning.Process;
        TimeGrid? grid = golden.Json.GetProperty("num_inference_steps") is { ValueKind: JsonValueKind.Number } steps
            ? scheduled.Scheduler.Plan(scheduled.Call(steps.GetInt32())).Grid : null;
        Tensor x0 = golden["x0"].ToTensor(), noise = golden["noise"].ToTensor();
        double[] at = golden["at"].Doubles();
        for (int j = 0; j < at.Length; j++)
        {
            Level level = LevelAt(at[j]);
            Check($"add_noise.{j}", LinearCombination.Of((level.Alpha, x0), (level.Sigma, noise)));
            Check($"scale_noise.{j}", LinearCombination.Of((level.Alpha, x0), (level.Sigma, noise)));
            Check($"scaled_input.{j}", x0 * process.InputScale(level));
            // EulerDiscreteScheduler reads its table at the entry's number in the list, not at its timestep.
            if (golden.Text("class") == "EulerDiscreteScheduler") level = process.At(IndexOf(at[j]));
            double scale = process.InputScale(level);
            Check($"velocity.{j}", LinearCombination.Of((scale * level.Alpha, noise), (-scale * level.Sigma, x0)));
        }

        // Where the scheduler has a list, it knows the entry's level; the process knows the others.
        Level LevelAt(double time)
        {
            int index = IndexOf(time);
            return index < 0 ? process.At(time) : grid!.Steps[index].From;
        }

        int IndexOf(double time)
            => (grid?.Steps ?? []).FirstOrDefault(
                step => Math.Abs(step.From.Time - time) < 1e-3, new Step(-1, default, default)).Index;

        void Check(string name, Tensor value)
        {
            if (golden.Has(name)) comparison.Check(name, value, golden[name], golden.Tolerance(name));
        }
    }
}

using Rubato.Pipelines;

namespace Rubato.Goldens;

/// <summary>
/// A trajectory of RePaint, whose list has entries that go up: they draw noise and ask nothing. A state is seen where the next
/// entry asks for it.
/// </summary>
internal static class RePaintRun
{
    public static void Check(
        GoldenCase golden, DiffusersScheduler scheduler, SchedulerPlan plan, AnalyticModel model, Comparison comparison)
    {
        double[] entries = golden["timesteps"].Doubles(), times = golden["eval.t"].Doubles();
        double[] alphas = golden["eval.alpha"].Doubles(), sigmas = golden["eval.sigma"].Doubles();
        int[] asking = [.. Enumerable.Range(0, entries.Length).Where(k => k == 0 || entries[k] < entries[k - 1])];
        RecordedRun run = RecordedRun.Of(
            scheduler, plan, golden["noise"].ToTensor(), (model, null), Noise, Control.None,
            call => (alphas[asking[call]], sigmas[asking[call]]));

        comparison.Equal("evaluations", run.Trace.Evaluations, asking.Length);
        comparison.Check<double>("timesteps", [.. entries.Select((entry, k)
            => Array.IndexOf(asking, k) is >= 0 and var call ? run.Times[call] : entry)], golden["timesteps"], new Tolerance(0, 1e-5));
        for (int call = 0; call < asking.Length; call++)
        {
            if (asking[call] > 0) CheckIfStored($"sample.{asking[call] - 1}", run.Calls[call].State);
            comparison.Equal("eval.t", run.Times[call], times[asking[call]]);
        }

        for (int k = 0; k < entries.Length - 1; k++)
            if (golden.Has($"sample.{k}") && !asking.Contains(k + 1)) comparison.LeaveOut($"sample.{k}", "states between two jumps");
        CheckIfStored($"sample.{entries.Length - 1}", run.Final);
        CheckIfStored("sample.final", run.Final);

        void CheckIfStored(string name, Tensors.Tensor state)
        {
            if (golden.Has(name)) comparison.Check(name, state, golden[name], golden.Tolerance(name));
        }

        // The first draw belongs to the step, those that follow to the jumps after it.
        float[] Noise(int call, int draw)
        {
            int entry = asking[call];
            if (draw == 0) return golden[$"noise.{entry}"].Floats();
            string[] later = [.. Enumerable.Range(entry + 1, entries.Length - entry - 1)
                .SelectMany(k => Enumerable.Range(0, 1000).Select(j => $"noise.{k}.{j}").TakeWhile(golden.Has))];
            return golden[later[draw - 1]].Floats();
        }
    }
}

using System.Runtime.InteropServices;
using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Training;
using Rubato.Training.Horizons;

namespace Rubato.Tests.Training.Horizons;

public sealed class HorizonAdaptationTests
{
    private const int Classes = 3, Count = 6000;
    private const double Budget = 40;

    private static readonly HybridTables Tables = new(
        new HybridTable([new HybridAnchor(10, new(0.1, 0.5, 0.4, 0, 0.8)), new HybridAnchor(400, new(0, 0.1, 0.5, 0.4, 1.2))]),
        new HybridTable([new HybridAnchor(20, new(0, 0, 0.5, 0.5, 0.9))]));

    [Fact]
    public void Half_of_the_horizons_lie_log_normally_around_the_module_s_and_half_log_uniformly()
    {
        (_, ConditionTimeSteps module) = Module();
        var levels = new HorizonLevels(Trainer.Process, seed: 3, new HorizonAdaptation(module, Budget, Tables));
        Assert.True(Enumerable.Range(0, Classes).Select(label => module.RuleOf(Budget).HorizonOf(module.LawOf(label, null))).Distinct().Count() > 1);
        foreach (int? subject in (int?[])[0, null])
        {
            double median = module.RuleOf(Budget).HorizonOf(module.LawOf(subject, null));
            int[] drawn = [.. Enumerable.Range(0, Count).Select(i => levels.At((i + 0.5) / Count, (ulong)i, subject).Steps)];
            for (double edge = 6; edge < 900; edge = Math.Ceiling(1.2 * edge))
            {
                double around = Normal(Math.Log((edge + 0.5) / median) / 0.3), even = Math.Clamp(Math.Log((edge + 1) / 10) / Math.Log(100), 0, 1);
                // 5 standard deviations of a share of 6000 are 0.032 at most.
                Assert.Equal((around + even) / 2, (double)drawn.Count(steps => steps <= edge) / Count, 0.0325);
            }
        }
    }

    [Fact]
    public void Levels_are_stops_of_the_fitted_schedules_of_both_kinds_half_and_half()
    {
        (_, ConditionTimeSteps module) = Module();
        var levels = new HorizonLevels(Trainer.Process, seed: 3, new HorizonAdaptation(module, Budget, Tables));
        double first = -Math.Log(Trainer.Process.Kappa(0)), last = -Math.Log(Trainer.Process.Kappa(999));
        int ancestral = 0;
        for (ulong number = 0; number < 1000; number++)
        {
            TrajectoryLevel at = levels.At(0.2 + 0.0005 * number, number, subject: 1);
            double[] kappas = [.. Enum.GetValues<SamplerKind>().Select(kind
                => Math.Exp(-Tables[kind].For(at.Steps).Lambda((double)at.Number / at.Steps, first, last)))];
            Assert.Contains(at.Kappa, kappas);
            if (at.Kappa == kappas[(int)SamplerKind.Ancestral]) ancestral++;
        }

        Assert.InRange(ancestral, 421, 579);   // 500, 5 standard deviations
    }

    [Fact]
    public void An_adapted_run_needs_module_and_schedules_begins_when_training_is_done_and_goes_on_bit_for_bit()
    {
        using var folder = new TestFolder();
        TrainingRun trained = Open(folder.Of("run"), Plain);
        trained.Save();
        Assert.Contains("0 of 40", Refusal(() => Open(folder.Of("run"), Adapting)), StringComparison.Ordinal);
        while (!trained.Trainer.IsDone) trained.Trainer.Step();
        trained.Save();
        Assert.Contains("no schedules or no horizons", Refusal(() => Open(folder.Of("run"), Adapting)), StringComparison.Ordinal);
        WriteStages(trained.ModelFolder);

        TrainingRun whole = Open(folder.Of("whole"), Adapting, folder.Of("run")), torn = Open(folder.Of("torn"), Adapting, folder.Of("run"));
        TrainingRun plain = Open(folder.Of("plain"), options => options with { Pictures = 60 }, folder.Of("run"));
        Assert.Equal((40, 60), (whole.Trainer.Options.AdaptedFrom, whole.Trainer.Options.Pictures));
        Assert.NotEqual(plain.Trainer.Step().Loss, whole.Trainer.Step().Loss);
        torn.Trainer.Step();
        torn.Save();
        Directory.Delete(folder.Of("run"), recursive: true);   // a branch stands by itself
        TrainingRun restored = Open(folder.Of("torn"), Adapting);
        while (!whole.Trainer.IsDone) whole.Trainer.Step();
        while (!restored.Trainer.IsDone) restored.Trainer.Step();
        Assert.Equal(60, restored.Trainer.Seen);
        Assert.Equal(TrainerTests.Flat(whole.Trainer), TrainerTests.Flat(restored.Trainer));
        restored.Save();
        Assert.True(Open(folder.Of("torn"), options => options).Trainer.IsAdapted);
        Assert.NotNull(DiffuserFolder.Load(restored.ModelFolder).Horizons);
    }

    private static TrainingOptions Plain(TrainingOptions options) => options with
    {
        Precision = Precision.Float32,
        Batch = 4,
        WarmUp = 20,
        Seed = 5,
        Pictures = 40,
        Levels = TrainingLevels.Horizons,
    };

    private static TrainingOptions Adapting(TrainingOptions options) => options with { AdaptedFrom = 40, Pictures = 60 };

    private static TrainingRun Open(string folder, Func<TrainingOptions, TrainingOptions> change, string? from = null)
        => TrainingRun.Open(folder, TinyTraining.Pictures(), change, from is null && !Directory.Exists(folder)
            ? TinyTraining.TwoLevels with { InChannels = 3 + Structure.Channels } : null, from, structured: true);

    private static string Refusal(Action action) => Assert.Throws<CheckpointException>(action).Message;

    /// <summary>What the stages between leave in a model's folder.</summary>
    private static void WriteStages(string model)
    {
        HybridTablesFile.Write(Path.Combine(model, DiffuserFolder.ScheduleFile), Tables);
        string part = Directory.CreateDirectory(Path.Combine(model, DiffuserFolder.HorizonPart)).FullName;
        (ParameterSet parameters, ConditionTimeSteps module) = Module();
        SafetensorsWriter.Write(Path.Combine(part, "model.safetensors"), parameters.All.Select(parameter => new TensorSource(
            parameter.Name, SafetensorsDType.F32, [.. parameter.Value.Shape.Select(length => (long)length)],
            MemoryMarshal.AsBytes(parameter.Value.AsSpan()).ToArray())));
        ConditionTimeSteps.WriteConfig(part, Classes, [.. Enumerable.Range(0, Classes).Select(label => module.LawOf(label, null))]);
    }

    /// <summary>A module whose weights are noise: classes have laws of their own.</summary>
    private static (ParameterSet Parameters, ConditionTimeSteps Module) Module()
    {
        var parameters = new ParameterSet();
        _ = new HorizonNetwork(new Weights(parameters), Classes, Structure.Channels, StructureStatistics.Count);   // makes them
        var random = new NumberedRandom(seed: 8, NoisePurpose.InitialWeights);
        foreach ((int i, Parameter parameter) in parameters.All.Index())
        {
            random.Normal((ulong)i, parameter.Value.AsSpan());
            foreach (ref float value in parameter.Value.AsSpan()) value *= 0.2f;
            parameter.MarkChanged();
        }

        var network = new HorizonNetwork(new Weights(parameters), Classes, Structure.Channels, StructureStatistics.Count);
        var laws = new ConditionTimeSteps(network, Classes, [new ErrorLaw(-3, 1, 0)]);
        return (parameters, new ConditionTimeSteps(network, Classes, [.. Enumerable.Range(0, Classes).Select(label => laws.LawOf(label, null))]));
    }

    /// <summary>The normal distribution by Simpson's rule.</summary>
    private static double Normal(double x)
    {
        const int Parts = 200;
        double end = Math.Clamp(x, -8, 8), h = end / Parts;
        double sum = Enumerable.Range(0, Parts + 1).Sum(i => (i is 0 or Parts ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-Math.Pow(i * h, 2) / 2));
        return 0.5 + sum * h / 3 / Math.Sqrt(2 * Math.PI);
    }
}

using Rubato.Checkpoints;
using Rubato.Engine;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;
using Rubato.Tests.Engine;
using Rubato.Training;

namespace Rubato.Tests.Training;

/// <summary>What a network is told of a level: in training, in sampling, and in the files between.</summary>
public sealed class LevelInputTests
{
    private static readonly HybridSchedule Linear = new(1, 0, 0, 0, 1);
    private static readonly HybridTable Table = new([new HybridAnchor(10, new(0.1, 0.5, 0.4, 0, 0.8)), new HybridAnchor(400, new(0, 0.1, 0.5, 0.4, 1.2))]);

    public static TheoryData<string> Names => [.. LevelInputNames.ByName.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Sampling_tells_at_step_t_of_T_what_training_tells(string name)
    {
        LevelInput input = LevelInputNames.ByName[name];
        foreach (int steps in (int[])[1, 2, 10, 33, 141, 1000])
        {
            foreach ((HybridSchedule schedule, IPlanner planner) in
                new[] { (Linear, new HybridLevels(new HybridTable([new HybridAnchor(1, Linear)]))), (Table.For(steps), new HybridLevels(Table)) })
            {
                foreach (Coordinates coordinates in Enum.GetValues<Coordinates>())
                {
                    TimeGrid grid = planner.Plan(Trainer.Process, steps, coordinates);
                    var told = new TrajectoryInput(input, grid);
                    Assert.Equal(Expected(input, schedule, steps, steps).Length, told.Length is { } length ? (double)length : null);
                    foreach (Step step in grid.Steps)
                    {
                        double want = Expected(input, schedule, steps - step.Index, steps).Time;
                        Assert.Equal(want, told.TimeOf(step.From), 1e-6 * Math.Max(want, 1));
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_tells_the_step_that_the_state_stands_at(string name)
    {
        LevelInput input = LevelInputNames.ByName[name];
        var batches = new TrainingBatches(TinyTraining.Pictures(), Trainer.Process,
            TinyTraining.Options with { Levels = TrainingLevels.Horizons, LevelInput = input });
        var levels = new HorizonLevels(Trainer.Process, TinyTraining.Options.Seed);
        const int Count = 200;
        TrainingBatch batch = batches.Read(0, 0, Count, Count);
        double shift = new NumberedRandom((ulong)TinyTraining.Options.Seed, NoisePurpose.TrainingPicture).Uniform(0, 2);
        for (int i = 0; i < Count; i++)
        {
            TrajectoryLevel at = levels.At((i + shift) / Count, (ulong)i);
            Assert.InRange(at.Number, 1, at.Steps);
            double step = Trainer.Process.StepOfKappa(at.Kappa);
            double[] want = input switch
            {
                LevelInput.Level => [step],
                LevelInput.Index => [at.Number],
                LevelInput.Fraction => [1000.0 * at.Number / at.Steps],
                _ => [1000.0 * at.Number / at.Steps, 1000 * Math.Log(at.Steps) / Math.Log(1000)],
            };
            Assert.Equal((float)want[0], batch.Times[i]);
            Assert.Equal(want.Length == 1 ? null : (float)want[1], (batch.Conditions[i] as TrajectoryCondition)?.Length);
            // The state has that much noise: v and x together give the noise back, of which the variance is 1.
            double kappa = input == LevelInput.Level ? Trainer.Process.AtStep((float)step).Kappa : at.Kappa;
            double ratio = 1 / (kappa * kappa);
            Assert.Equal(Math.Min(ratio, 5) / (ratio + 1), batch.Weights[i], 1e-9);
        }
    }

    [Fact]
    public void Between_stops_the_index_is_linear_in_ln_kappa_and_beyond_them_it_is_the_outermost_one_s()
    {
        TimeGrid grid = new HybridLevels(Table).Plan(Trainer.Process, 10, Coordinates.Unscaled);
        foreach (TimeGrid all in new[] { grid, grid.Skip(4) })   // a run that begins midway stands on the same trajectory
        {
            var told = new TrajectoryInput(LevelInput.Index, all);
            for (int i = 0; i < 9; i++)
            {
                double from = grid.Steps[i].From.Kappa, to = grid.Steps[i].To.Kappa;
                Assert.Equal(10 - i - 0.25, told.TimeOf(all.At(Math.Pow(from, 0.75) * Math.Pow(to, 0.25))), 1e-9);
            }

            Assert.Equal(1, told.TimeOf(all.At(grid.Steps[9].From.Kappa / 2)));
            Assert.Equal(1, told.TimeOf(all.Steps[^1].To));
            Assert.Equal(10, told.TimeOf(new Level(1, 2 * grid.Steps[0].From.Kappa, 999)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Samples_of_other_horizons_in_the_batch_do_not_change_a_bit(string name)
    {
        LevelInput input = LevelInputNames.ByName[name];
        UNet2DModel network = Network(input);
        int[] horizons = [3, 7, 4, 12];
        ISolver[] solvers = [new Ddim(), new Heun(), new Ddim(eta: 1), new Ddim()];
        float[][] alone = new float[horizons.Length][];
        for (int i = 0; i < horizons.Length; i++)
        {
            using var own = new Sampler(largestBatch: 1);
            alone[i] = (await own.SampleAsync(Request(i))).State.ToArray();
        }

        using var sampler = new Sampler(largestBatch: 3);
        Sample[] together = await Task.WhenAll(Enumerable.Range(0, horizons.Length).Select(i => sampler.SampleAsync(Request(i))));
        for (int i = 0; i < horizons.Length; i++) Assert.Equal(alone[i], together[i].State.ToArray());
        // What is told matters: as a level these are other pictures.
        SampleRequest misled = Request(0) with { Meaning = Request(0).Meaning with { LevelInput = LevelInput.Level } };
        if (input is LevelInput.Index or LevelInput.Fraction)
            Assert.NotEqual(alone[0], (await sampler.SampleAsync(misled)).State.ToArray());

        SampleRequest Request(int i)
        {
            TimeGrid grid = new HybridLevels(Table).Plan(Trainer.Process, horizons[i], solvers[i].Coordinates);
            SampleRequest request = PocketNetwork.Request(network, Trainer.Process, solvers[i], grid, (ulong)i);
            return request with
            {
                Meaning = request.Meaning with { Parameterisation = Parameterisation.Velocity, LevelInput = input },
                Condition = i % 2 == 0 ? new ClassLabel(i % 3) : null,
                GuidanceScale = i % 2 == 0 ? 2 : 1,
            };
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_run_is_restored_bit_for_bit_and_its_model_is_told_the_same(string name)
    {
        LevelInput input = LevelInputNames.ByName[name];
        using var folder = new TestFolder();
        TrainingRun whole = Open(folder.Of("whole"), input), torn = Open(folder.Of("torn"), input);
        for (int i = 0; i < 8; i++) whole.Trainer.Step();
        for (int i = 0; i < 5; i++) torn.Trainer.Step();
        torn.Save();
        TrainingRun restored = TrainingRun.Open(folder.Of("torn"), TinyTraining.Pictures(), options => options);
        for (int i = 0; i < 3; i++) restored.Trainer.Step();
        Assert.Equal(TrainerTests.Flat(whole.Trainer), TrainerTests.Flat(restored.Trainer));
        Assert.Equal(input, restored.Trainer.Options.LevelInput);

        using RubatoModel model = RubatoModel.Load(torn.ModelFolder, Precision.Float32);
        Assert.Equal(input, model.Parts.Meaning.LevelInput);
        TrainingRun branch = TrainingRun.Open(folder.Of("branch"), TinyTraining.Pictures(), options => options with { Levels = TrainingLevels.Horizons },
            from: folder.Of("torn/raw.safetensors"));
        Assert.Equal(input, branch.Trainer.Options.LevelInput);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Weights_of_a_network_that_is_told_the_level_begin_all_and_predict_the_same_until_they_learn(string name)
    {
        LevelInput input = LevelInputNames.ByName[name];
        using var folder = new TestFolder();
        TrainingRun plain = Open(folder.Of("plain"), LevelInput.Level);
        for (int i = 0; i < 3; i++) plain.Trainer.Step();
        plain.Save();
        string raw = folder.Of("plain/raw.safetensors");
        TrainingRun run = Open(folder.Of("run"), input, raw), twin = Open(folder.Of("twin"), LevelInput.Level, raw);
        Tensor x = Tensor.Full([1, 3, 4, 4], 0.3f);
        Condition? Told(Condition? condition, float length) => input == LevelInput.FractionAndHorizon ? new TrajectoryCondition(condition, length) : condition;

        float[] before = twin.Trainer.Network.Evaluate(x, [300], [new ClassLabel(1)]).ToArray();
        Assert.Equal(before, run.Trainer.Network.Evaluate(x, [300], [Told(new ClassLabel(1), 700)]).ToArray());
        for (int i = 0; i < 20; i++) run.Trainer.Step();
        if (input == LevelInput.FractionAndHorizon)
        {
            Assert.NotEqual(run.Trainer.Network.Evaluate(x, [300], [Told(null, 400)]).ToArray(),
                run.Trainer.Network.Evaluate(x, [300], [Told(null, 900)]).ToArray());
        }
    }

    [Fact]
    public void A_run_does_not_change_what_its_network_is_told_and_a_folder_that_contradicts_itself_is_refused()
    {
        using var folder = new TestFolder();
        TrainingRun run = Open(folder.Of("run"), LevelInput.Fraction);
        run.Save();
        string refusal = Assert.Throws<CheckpointException>(() => Open(folder.Of("run"), LevelInput.Index)).Message;
        Assert.Contains("told fraction", refusal, StringComparison.Ordinal);
        Assert.Contains("raw.safetensors", refusal, StringComparison.Ordinal);

        folder.Write("run/model/rubato.json", """{"level_input": "fraction+horizon"}""");
        Assert.Contains("told no lengths", Assert.Throws<CheckpointException>(() => DiffuserFolder.Load(run.ModelFolder)).Message, StringComparison.Ordinal);
        folder.Write("run/model/rubato.json", """{"level_input": "sigma"}""");
        Assert.Contains("level_input", Assert.Throws<CheckpointException>(() => DiffuserFolder.Load(run.ModelFolder)).Message, StringComparison.Ordinal);
    }

    /// <summary>The numbers by their definitions, from the schedule alone.</summary>
    private static (double Time, double? Length) Expected(LevelInput input, HybridSchedule schedule, int t, int steps)
    {
        double kappa = Math.Exp(-schedule.Lambda((double)t / steps, -Math.Log(Trainer.Process.Kappa(0)), -Math.Log(Trainer.Process.Kappa(999))));
        return input switch
        {
            LevelInput.Level => (Trainer.Process.StepOfKappa(kappa), null),
            LevelInput.Index => (t, null),
            LevelInput.Fraction => (1000.0 * t / steps, null),
            _ => (1000.0 * t / steps, (float)(1000 * Math.Log(steps) / Math.Log(1000))),
        };
    }

    private static UNet2DModel Network(LevelInput input)
    {
        var trainer = new Trainer(TinyTraining.TwoLevels with { ReadsLength = input == LevelInput.FractionAndHorizon }, TinyTraining.Pictures(),
            TinyTraining.Options with { Levels = TrainingLevels.Horizons, LevelInput = input });
        for (int i = 0; i < 5; i++) trainer.Step();   // the output begins at zero
        return trainer.Network;
    }

    private static TrainingRun Open(string folder, LevelInput input, string? from = null)
        => TrainingRun.Open(folder, TinyTraining.Pictures(), options => options with
        {
            Precision = Precision.Float32,
            Batch = 4,
            WarmUp = 20,
            Rate = 3e-3,
            Seed = 5,
            Levels = TrainingLevels.Horizons,
            LevelInput = input,
        }, from is null && !Directory.Exists(folder) ? TinyTraining.TwoLevels : null, from);
}

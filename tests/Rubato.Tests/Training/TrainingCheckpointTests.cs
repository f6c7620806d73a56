using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class TrainingCheckpointTests
{
    private static readonly TrainingSchedule Quiet = new() { CheckpointMinutes = 60, SamplePictures = 0 };

    [Theory]
    [InlineData(TrainingOptimiser.AdamW, Precision.Float32)]
    [InlineData(TrainingOptimiser.Muon, Precision.Float32)]
    [InlineData(TrainingOptimiser.AdamW, Precision.BFloat16)]
    public void A_restored_run_goes_on_bit_for_bit(TrainingOptimiser optimiser, Precision precision)
    {
        using var folder = new TestFolder();
        Trainer whole = New(optimiser, precision);
        var log = new TrainingLog();
        for (int i = 0; i < 12; i++) log.Add(whole.Step(), 4, 0.1);
        TrainingCheckpoint.Write(folder.Of("a.safetensors"), whole, log);
        Trainer restored = TrainingCheckpoint.Read(folder.Of("a.safetensors"), TinyTraining.Pictures(), new TrainingLog());
        for (int i = 0; i < 12; i++) Assert.Equal(whole.Step(), restored.Step());

        Assert.Equal(TrainerTests.Flat(whole), TrainerTests.Flat(restored));
        Assert.Equal(whole.Options, restored.Options);
    }

    [Fact]
    public void A_checkpoint_of_other_pictures_another_seed_or_another_kind_is_refused()
    {
        using var folder = new TestFolder();
        string file = folder.Of("a.safetensors");
        TrainingCheckpoint.Write(file, New(), new TrainingLog());

        Assert.Contains("other pictures", Refusal(() => TrainingCheckpoint.Read(file, TinyTraining.Pictures(27), new())), StringComparison.Ordinal);
        Assert.Contains("seed 5", Refusal(() => TrainingCheckpoint.Read(file, TinyTraining.Pictures(), new(), o => o with { Seed = 6 })), StringComparison.Ordinal);
        SafetensorsWriter.Write(file, []);
        Assert.Contains("rubato_training", Refusal(() => TrainingCheckpoint.Read(file, TinyTraining.Pictures(), new())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_may_change_from_adamw_to_muon_but_not_back()
    {
        using var folder = new TestFolder();
        string file = folder.Of("a.safetensors");
        Trainer trainer = New();
        trainer.Step();
        TrainingCheckpoint.Write(file, trainer, new TrainingLog());
        Trainer changed = TrainingCheckpoint.Read(file, TinyTraining.Pictures(), new(), o => o with { Optimiser = TrainingOptimiser.Muon });
        changed.Step();
        TrainingCheckpoint.Write(file, changed, new TrainingLog());

        Assert.Contains("squares", Refusal(() => TrainingCheckpoint.Read(file, TinyTraining.Pictures(), new(),
            o => o with { Optimiser = TrainingOptimiser.AdamW })), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_read_no_structure_learn_to_and_predict_the_same_until_then()
    {
        using var folder = new TestFolder();
        TrainingRun plain = Open(folder.Of("plain"));
        for (int i = 0; i < 3; i++) plain.Trainer.Step();
        plain.Save();
        string raw = folder.Of("plain/raw.safetensors");
        var run = TrainingRun.Open(folder.Of("structured"), TinyTraining.Pictures(), _ => TinyTraining.Options, from: raw, structured: true);
        var twin = TrainingRun.Open(folder.Of("twin"), TinyTraining.Pictures(), _ => TinyTraining.Options, from: raw);
        Tensor x = Tensor.Full([1, 3, 4, 4], 0.3f);
        var structure = new StructureCondition(new ClassLabel(1), Structure.Of(new(4, 4, 3), StructureKind.LowResolution, 4, 4).Values);

        float[] before = twin.Trainer.Network.Evaluate(x, [300], [new ClassLabel(1)]).ToArray();
        Assert.Equal(before, run.Trainer.Network.Evaluate(x, [300], [structure]).ToArray());
        for (int i = 0; i < 40; i++) run.Trainer.Step();
        Assert.NotEqual(run.Trainer.Network.Evaluate(x, [300], [structure]).ToArray(),
            run.Trainer.Network.Evaluate(x, [300], [new ClassLabel(1)]).ToArray());
        run.Save();
        using RubatoModel model = RubatoModel.Load(run.ModelFolder);
        Assert.True(model.Parts.ReadsStructure);
        Assert.Contains("raw.safetensors", Refusal(() => TrainingRun.Open(
            folder.Of("plain"), TinyTraining.Pictures(), options => options, structured: true)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_keeps_two_checkpoints_and_clears_what_a_killed_writer_left()
    {
        using var folder = new TestFolder();
        folder.Write("checkpoints/.rubato-0123.tmp", "half");
        TrainingRun run = Open(folder.Path);
        for (int i = 0; i < 3; i++)
        {
            run.Trainer.Step();
            run.Save();
        }

        Assert.Equal(["pictures-000000000008.safetensors", "pictures-000000000012.safetensors"],
            [.. Directory.EnumerateFiles(folder.Of("checkpoints")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)]);
    }

    [Fact]
    public void The_exported_model_is_the_averaged_network_in_float16()
    {
        using var folder = new TestFolder();
        TrainingRun run = Open(folder.Path);
        run.Train(Quiet with { Minutes = 0 });
        for (int i = 0; i < 20; i++) run.Trainer.Step();
        run.Save();
        using RubatoModel model = RubatoModel.Load(run.ModelFolder);

        var network = Assert.IsType<UNet2DModel>(model.Parts.Network);
        Assert.Equal(UNet2DConfigWriter.Write(run.Trainer.Architecture), UNet2DConfigWriter.Write(network.Options));
        using Checkpoint weights = Checkpoint.Open(Path.Combine(run.ModelFolder, "unet"));
        float[] stored = new float[weights["conv_in.weight"].ElementCount];
        weights["conv_in.weight"].ReadFloats(stored);
        int at = run.Trainer.Parameters.Names.ToList().IndexOf("conv_in.weight");
        Assert.Equal([.. run.Trainer.Average.Values[at].ToArray().Select(value => (float)(Half)value)], stored);
    }

    [Fact]
    public void A_branch_takes_all_of_a_run_over_and_weights_alone_begin_with_fresh_moments()
    {
        using var folder = new TestFolder();
        TrainingRun run = Open(folder.Of("run"));
        for (int i = 0; i < 10; i++) run.Trainer.Step();
        run.Save();
        TrainingRun branch = Open(folder.Of("branch"), folder.Of("run")), raw = Open(folder.Of("raw"), folder.Of("run/raw.safetensors"));
        TrainingRun model = Open(folder.Of("model"), run.ModelFolder);

        Assert.Equal(run.Trainer.Step(), branch.Trainer.Step());
        Assert.Equal((40, 40), (raw.Trainer.Seen, model.Trainer.Seen));
        Assert.Contains("moments are not there", raw.Origin, StringComparison.Ordinal);
        Assert.Equal(TinyTraining.Options.Rate * 4 / TinyTraining.Options.WarmUp, raw.Trainer.Step().Rate, 1e-12);
    }

    [Fact]
    public void Another_network_cannot_take_over_a_run()
    {
        using var folder = new TestFolder();
        Open(folder.Path).Save();

        Assert.Contains("another network", Refusal(() => TrainingRun.Open(folder.Path, TinyTraining.Pictures(), o => o, TinyTraining.OneLevel)),
            StringComparison.Ordinal);
    }

    private static Trainer New(TrainingOptimiser optimiser = TrainingOptimiser.AdamW, Precision precision = Precision.Float32)
        => new(TinyTraining.TwoLevels, TinyTraining.Pictures(),
            TinyTraining.Options with { Optimiser = optimiser, Precision = precision });

    private static TrainingRun Open(string folder, string? from = null)
        => TrainingRun.Open(folder, TinyTraining.Pictures(), _ => TinyTraining.Options, from is null ? TinyTraining.TwoLevels : null, from);

    private static string Refusal(Action action) => Assert.Throws<CheckpointException>(action).Message;
}

using Rubato.Checkpoints;
using Rubato.Engine;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;

namespace Rubato.Tests.Pipelines;

public sealed class ClassModelTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_key_of_the_scheduler_that_nobody_reads_is_told_once()
    {
        using var folder = new TestFolder();
        string path = ClassModelFolder.Write(folder.Of("model"), [8], 8), config = Path.Combine(path, "scheduler", "scheduler_config.json");
        Assert.Empty(DiffuserFolder.Load(path).Notices);
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"clip_sample\"", "\"skip_prk_steps\":true,\"clip_sample\"", StringComparison.Ordinal));
        string notice = Assert.Single(DiffuserFolder.Load(path).Notices);
        Assert.EndsWith("scheduler_config.json: DDIMScheduler has no use for skip_prk_steps", notice, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_around_a_model_is_told_where_it_is()
    {
        using var folder = new TestFolder();
        string none = Assert.Throws<FileNotFoundException>(() => DiffuserFolder.Load(folder.Path)).Message;
        Assert.Equal($"{folder.Path}: has no model_index.json, so it is no model.", none);
        string path = ClassModelFolder.Write(folder.Of("model"), [8], 8);
        string around = Assert.Throws<FileNotFoundException>(() => DiffuserFolder.Load(folder.Path)).Message;
        Assert.Equal($"{folder.Path}: has no model_index.json, so it is no model; {path} is one.", around);
    }

    [Fact]
    public void Classes_and_the_row_of_none_are_read_from_diffusers_files()
    {
        Diffuser parts = DiffuserFolder.Load(Model());
        Assert.Equal(ClassModelFolder.Classes, parts.Classes);
        Assert.Equal(new ClassLabel(3), parts.NoCondition);
        Assert.Equal((true, 1.0), (parts.CanGuide, parts.DefaultGuidance));
    }

    [Fact]
    public void A_table_of_as_many_rows_as_classes_knows_no_guidance()
    {
        Diffuser parts = DiffuserFolder.Load(Model(rows: 3));
        Assert.Null(parts.NoCondition);
        Assert.Equal(1, parts.GuidanceOf(asked: null));
        Assert.Contains("can only be 1", Assert.Throws<ArgumentException>(() => parts.GuidanceOf(2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_notes_beside_the_index_name_the_weight_of_guidance()
        => Assert.Equal(1.75, DiffuserFolder.Load(Model(notes: """{"guidance_scale": 1.75}""")).GuidanceOf(asked: null));

    [Fact]
    public void More_names_than_rows_are_a_broken_model()
        => Assert.Contains("names 3 classes", Assert.Throws<CheckpointException>(() => DiffuserFolder.Load(Model(rows: 2))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_number_that_is_left_out_is_a_broken_model()
    {
        string index = Path.Combine(Model(), "model_index.json");
        File.WriteAllText(index, File.ReadAllText(index).Replace("\"1\"", "\"7\"", StringComparison.Ordinal));
        Assert.Contains("without a gap", Assert.Throws<CheckpointException>(() => DiffuserFolder.Load(_folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_stands_twice_is_asked_for_by_number_the_second_time()
    {
        Diffuser parts = DiffuserFolder.Load(Model(classes: ["crane", "fox", "Crane"]));
        Assert.Equal(["crane", "fox", "2"], parts.SubjectsOf([]).Select(subject => subject.Prompt));
        Assert.All(parts.SubjectsOf([]), subject => Assert.Equal([subject], parts.SubjectsOf([subject.Prompt!])));
    }

    [Fact]
    public async Task Every_class_is_drawn_where_none_is_named_and_each_equals_itself_alone()
    {
        using RubatoModel model = RubatoModel.Load(Model());
        IReadOnlyList<GeneratedSample> all = await model.GenerateAsync(Options);
        Assert.Equal(ClassModelFolder.Classes, all.Select(sample => sample.Prompt));
        Assert.All(all, sample => Assert.Equal(4, sample.Seed));
        GeneratedSample alone = (await model.GenerateAsync(Options with { Prompts = ["SEA LION"] }))[0];
        Assert.Equal(all[1].Picture.Pixels, alone.Picture.Pixels);
        Assert.NotEqual(all[0].Picture.Pixels, alone.Picture.Pixels);
    }

    [Fact]
    public async Task Samples_come_prompt_by_prompt_with_the_same_seeds()
    {
        using RubatoModel model = RubatoModel.Load(Model());
        IReadOnlyList<GeneratedSample> samples = await model.GenerateAsync(Options with { Prompts = ["2", "fox"], Count = 2 });
        Assert.Equal([("Owl", 4), ("Owl", 5), ("fox", 4), ("fox", 5)], samples.Select(sample => (sample.Prompt, sample.Seed)));
    }

    [Fact]
    public async Task Guidance_leads_away_from_the_row_of_none()
    {
        Diffuser parts = DiffuserFolder.Load(Model());
        using var model = new RubatoModel(parts);
        GeneratedSample sample = (await model.GenerateAsync(Options with { Prompts = ["fox"], GuidanceScale = 3 }))[0];
        Assert.Equal((12, 12), (sample.Evaluations, sample.FullEvaluations));

        // The same by hand: w times the class less (w - 1) times the row behind the classes.
        SchedulerPlan plan = parts.Plan(new SamplerChoice("ddim", 6));
        Tensor start = Tensor.Empty([1, .. parts.Network.SampleShape]);
        new NoiseStream(seed: 4, NoisePurpose.Start).Normal(start.AsSpan());
        using var sampler = new Sampler();
        Tensor state = (await sampler.SampleAsync(new SampleRequest
        {
            Network = new Guided(parts.Network),
            Meaning = parts.Meaning,
            Solver = plan.Solver,
            Grid = plan.Grid,
            Start = start,
            Noise = new NoiseStream(seed: 4, NoisePurpose.Step),
        })).State;
        float[] values = state.ToArray();
        int size = values.Length / 3;
        for (int i = 0; i < values.Length; i++)
        {
            double level = Math.Clamp((values[i] + 1) * 127.5, 0, 255);
            Assert.Equal(level, sample.Picture.Pixels[i % size * 3 + i / size], 0.51);
        }
    }

    [Fact]
    public async Task A_record_names_the_class_and_draws_it_again()
    {
        using RubatoModel model = RubatoModel.Load(Model());
        GeneratedSample first = (await model.GenerateAsync(Options with { GuidanceScale = 2 }))[2];
        string path = _folder.Of("owl.png");
        first.Save(path);
        GenerationRecord record = GenerationRecord.Read(Png.Read(path), path)!;
        Assert.Equal(["Owl"], record.Options.Prompts);
        GeneratedSample again = (await model.GenerateAsync(record.Options))[0];
        Assert.Equal(first.Picture.Pixels, again.Picture.Pixels);
        Assert.Equal(first.Picture.Texts, again.Picture.Texts);
    }

    [Fact]
    public async Task Too_many_samples_together_are_refused()
    {
        using RubatoModel model = RubatoModel.Load(Model());
        await Assert.ThrowsAsync<ArgumentException>(() => model.GenerateAsync(new GenerationOptions { Count = 1366 }));
    }

    private static GenerationOptions Options => new() { Seed = 4, Steps = 6, Policies = [] };

    private string Model(int rows = 4, string? notes = null, string[]? classes = null)
        => ClassModelFolder.Write(_folder.Path, [8, 8], 8, rows, notes, classes);

    private sealed class Guided(INetwork inner) : INetwork
    {
        public Shape SampleShape => inner.SampleShape;

        public Tensor Evaluate(Tensor x, ReadOnlySpan<float> times, IReadOnlyList<Condition?> conditions)
            => inner.Evaluate(x, times, [new ClassLabel(0)]) * 3 - inner.Evaluate(x, times, [new ClassLabel(3)]) * 2;
    }
}

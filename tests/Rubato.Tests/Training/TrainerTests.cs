using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class TrainerTests
{
    [Theory]
    [InlineData(Precision.Float32, 1e-5)]
    [InlineData(Precision.BFloat16, 0.01)]
    public void Two_thousand_steps_reach_the_loss_of_the_same_run_in_float64(Precision precision, double first)
    {
        TrainingPictures pictures = TinyTraining.Pictures();
        TrainingOptions options = TinyTraining.Options with { Precision = precision };
        var trainer = new Trainer(TinyTraining.OneLevel, pictures, options);
        var twin = new DoubleTraining(trainer.Parameters, TinyTraining.OneLevel, options);
        var batches = new TrainingBatches(pictures, Trainer.Process, options);
        double[] ours = new double[2000], exact = new double[2000];
        for (int step = 0; step < ours.Length; step++)
        {
            exact[step] = twin.Step(batches.Read(trainer.Seen, 0, options.Batch, options.Batch));
            ours[step] = trainer.Step().Loss;
        }

        // Before roundings had time to grow, the losses are the same numbers.
        for (int step = 0; step < 10; step++) Assert.Equal(exact[step], ours[step], first * exact[step]);
        Assert.True(exact[^200..].Average() < 0.5 * exact[..20].Average(), "the run learns nothing");
        Assert.Equal(exact[^200..].Average(), ours[^200..].Average(), 0.02 * exact[^200..].Average());
    }

    [Fact]
    public void Parts_of_a_batch_make_the_same_step_as_the_whole()
    {
        TrainingStep[] steps = [.. new[] { 16, 4, 3 }.Select(part => new Trainer(TinyTraining.TwoLevels, TinyTraining.Pictures(),
            TinyTraining.Options with { Batch = 16, MicroBatch = part }).Step())];

        Assert.All(steps, step => Assert.Equal(steps[0].Loss, step.Loss, 1e-6 * steps[0].Loss));
        Assert.All(steps, step => Assert.Equal(steps[0].GradientNorm, step.GradientNorm, 1e-5 * steps[0].GradientNorm));
    }

    [Fact]
    public void A_run_is_a_function_of_its_seed()
    {
        float[] first = Weights(seed: 1), again = Weights(seed: 1), other = Weights(seed: 2);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        static float[] Weights(long seed)
        {
            var trainer = new Trainer(TinyTraining.TwoLevels, TinyTraining.Pictures(), TinyTraining.Options with { Seed = seed });
            for (int i = 0; i < 5; i++) trainer.Step();
            return Flat(trainer);
        }
    }

    [Fact]
    public void Muon_learns_the_tiny_pictures_too()
    {
        var trainer = new Trainer(TinyTraining.TwoLevels, TinyTraining.Pictures(),
            TinyTraining.Options with { Optimiser = TrainingOptimiser.Muon, Rate = 5e-3 });
        double[] losses = [.. Enumerable.Range(0, 300).Select(_ => trainer.Step().Loss)];

        Assert.True(losses[^50..].Average() < 0.6 * losses[..20].Average(), "the run learns nothing");
    }

    [Fact]
    public void The_rate_rises_stays_and_falls_to_zero()
    {
        TrainingOptions options = TinyTraining.Options with { Rate = 0.01, WarmUp = 1000, Pictures = 10_000, Decay = 2000 };
        var trainer = new Trainer(TinyTraining.OneLevel, TinyTraining.Pictures(), options);

        Assert.Equal([0.0025, 0.01, 0.01, 0.005, 0], [.. new[] { 250, 1000, 8000, 9000, 10_000 }.Select(p => trainer.RateAt(p))]);
    }

    [Fact]
    public void The_average_forgets_half_in_a_twentieth_of_the_pictures_seen()
    {
        // Keeping 0.5^(n / (0.05 s)) at every step of n pictures: over pictures s to 2 s that is 0.5^(20 ln 2).
        TrainingOptions options = TinyTraining.Options with { Pictures = 4_000, Rate = 1e-12, WarmUp = 0, WeightDecay = 0, };
        var trainer = new Trainer(TinyTraining.OneLevel, TinyTraining.Pictures(), options) { Seen = 2_000 };
        Tensor average = trainer.Average.Values[0], value = trainer.Parameters.All.First().Value;
        average.AsSpan()[0] = value.AsSpan()[0] + 1000;
        while (!trainer.IsDone) trainer.Step();

        double left = (average.AsSpan()[0] - value.AsSpan()[0]) / 1000;
        Assert.Equal(Math.Pow(0.5, 20 * Math.Log(2)), left, 1e-6);
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_run_and_leaves_the_weights()
    {
        var trainer = new Trainer(TinyTraining.OneLevel, TinyTraining.Pictures(), TinyTraining.Options);
        Parameter bias = trainer.Parameters["conv_out.bias"];
        bias.Value.AsSpan()[0] = float.PositiveInfinity;
        bias.MarkChanged();
        float[] before = Flat(trainer);

        Assert.Contains("lower rate", Assert.Throws<TrainingException>(() => trainer.Step()).Message, StringComparison.Ordinal);
        Assert.Equal(before, Flat(trainer));
    }

    internal static float[] Flat(Trainer trainer) => [.. trainer.Parameters.All.SelectMany(parameter => parameter.Value.ToArray()),
        .. trainer.Average.Values.SelectMany(value => value.ToArray())];
}

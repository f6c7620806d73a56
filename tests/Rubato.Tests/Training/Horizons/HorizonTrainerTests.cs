using Rubato.Benchmarks;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;
using Rubato.Training.Horizons;

namespace Rubato.Tests.Training.Horizons;

public sealed class HorizonTrainerTests
{
    private const int Classes = 3, Side = 16;

    [Fact]
    public void It_learns_how_class_and_sketch_decide_the_law()
    {
        HorizonCondition[] all = [.. Enumerable.Range(0, 150).Select(Condition)];
        HorizonCondition[] shown = [.. all.Where(condition => !condition.IsHeldOut)], heldOut = [.. all.Where(condition => condition.IsHeldOut)];
        ParameterSet parameters = HorizonTrainer.Train(shown, [.. shown.Select(condition => Curves(condition))], Classes);
        var network = new HorizonNetwork(new Weights(parameters), Classes, Structure.Channels, StructureStatistics.Count);
        var module = new ConditionTimeSteps(network, Classes, [Law(shown[0])]);

        double[] foreseen = [.. heldOut.Select(condition => module.LawOf(condition.Class, condition.Structure).At(20))];
        double[] exact = [.. heldOut.Select(condition => Law(condition).At(20))];
        Assert.True(RankCorrelation.Of(foreseen, exact).Correlation > 0.9);
        Assert.True(Math.Sqrt(foreseen.Zip(exact, (a, b) => (a - b) * (a - b)).Average()) < 0.25 * Deviation(exact) + 0.05);

        static double Deviation(double[] values) => Math.Sqrt(values.Average(value => value * value) - Math.Pow(values.Average(), 2));
    }

    [Fact]
    public void It_does_not_learn_noise()
    {
        const double noise = 0.35;   // either way: a deviation of 0.2
        HorizonCondition[] all = [.. Enumerable.Range(0, 150).Select(Condition)];
        HorizonCondition[] shown = [.. all.Where(condition => !condition.IsHeldOut)], heldOut = [.. all.Where(condition => condition.IsHeldOut)];
        var law = new ErrorLaw(-3, 1, 0.05);
        var random = new Random(1);
        ParameterSet parameters = HorizonTrainer.Train(shown, [.. shown.Select(_ => (double[][])[.. Enumerable.Range(0, HorizonLadder.Noises).Select(_ =>
        {
            double shift = noise * (2 * random.NextDouble() - 1);
            return (double[])[.. HorizonLadder.Steps.Select(steps => law.At(steps) + shift)];
        })])], Classes);
        double[] foreseen = [.. HorizonTrainer.Laws(parameters, heldOut, Classes).Select(answer => answer.At(20))];
        Assert.InRange(Math.Sqrt(foreseen.Average(value => Math.Pow(value - law.At(20), 2))), 0, 0.06);
    }

    [Fact]
    public void A_module_is_read_as_it_was_written_and_a_damaged_one_is_refused()
    {
        using var folder = new TestFolder();
        ErrorLaw[] laws = [new(-3, 1, 0.05), new(-2.5, 0.8, 0)];
        ConditionTimeSteps.WriteConfig(folder.Path, Classes, laws);
        var parameters = new ParameterSet();
        var network = new HorizonNetwork(new Weights(parameters), Classes, Structure.Channels, StructureStatistics.Count);
        Rubato.Checkpoints.SafetensorsWriter.Write(folder.Of("model.safetensors"), parameters.All.Select(parameter => new Rubato.Checkpoints.TensorSource(
            parameter.Name, Rubato.Checkpoints.SafetensorsDType.F32, [.. parameter.Value.Shape.Select(n => (long)n)], new byte[4 * parameter.Value.Count])));
        var written = new ConditionTimeSteps(network, Classes, laws);
        var read = ConditionTimeSteps.Load(folder.Path);
        for (int budget = 8; budget < 300; budget += 40)
        {
            Assert.Equal(written.RuleOf(budget).HorizonOf(written.LawOf(1, null)), read.RuleOf(budget).HorizonOf(read.LawOf(1, null)));
            Assert.Same(read.RuleOf(budget), read.RuleOf(budget));
        }

        folder.Write("config.json", """{"classes": 3, "conditions": [1, 2]}""");
        Assert.Contains("2 numbers", Assert.Throws<Rubato.Checkpoints.CheckpointException>(() => ConditionTimeSteps.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_slopes_are_those_of_the_ranges()
    {
        float[] answer = [-2.5f, 0.7f, -0.4f];
        ErrorLaw slopes = ConditionTimeSteps.SlopesOf(answer);
        for (int i = 0; i < 3; i++)
        {
            const float h = 1e-2f;
            float[] up = [.. answer], down = [.. answer];
            up[i] += h;
            down[i] -= h;
            ErrorLaw high = ConditionTimeSteps.LawOf(up), low = ConditionTimeSteps.LawOf(down);
            double[] change = [(high.Level - low.Level) / (2 * h), (high.Order - low.Order) / (2 * h), (high.Bend - low.Bend) / (2 * h)];
            Assert.Equal(((double[])[slopes.Level, slopes.Order, slopes.Bend])[i], change[i], 1e-4);
        }
    }

    private static HorizonCondition Condition(int number)
    {
        var random = new Random(number);
        double density = 0.02 + 0.5 * random.NextDouble();
        bool[] lines = [.. Enumerable.Range(0, Side * Side).Select(_ => random.NextDouble() < density)];
        return new HorizonCondition(number, number % 4 == 3 ? null : number % 4, number % 6 == 5 ? null : Structure.OfSketch(new Sketch(Side, Side, lines)));
    }

    private static ErrorLaw Law(HorizonCondition condition)
        => new(-3 + (condition.Class ?? 1) * 0.3 + 1.5 * (condition.Structure?.EdgeDensity ?? 0), 1 + 0.1 * (condition.Class ?? 0), 0.05);

    private static double[][] Curves(HorizonCondition condition)
    {
        var random = new Random(1000 + condition.Number);
        return [.. Enumerable.Range(0, HorizonLadder.Noises).Select(_ => (double[])[.. HorizonLadder.Steps.Select(steps
            => Law(condition).At(steps) + 0.1 * (random.NextDouble() - 0.5))])];
    }
}

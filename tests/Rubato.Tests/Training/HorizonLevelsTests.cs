using Rubato.Planning;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class HorizonLevelsTests
{
    private const int Count = 40_000;

    private static readonly HorizonLevels Levels = new(Trainer.Process, seed: 3);

    [Fact]
    public void Levels_lie_in_the_table_and_are_a_function_of_the_picture()
    {
        for (ulong number = 0; number < 1000; number++)
        {
            double step = StepAt(Levels, number / 1000.0, number);
            Assert.InRange(step, 0, 999);
            Assert.Equal(step, StepAt(new HorizonLevels(Trainer.Process, seed: 3), number / 1000.0, number));
        }
    }

    [Fact]
    public void They_are_as_dense_as_the_trajectories_that_they_come_from()
    {
        double[] steps = [.. Enumerable.Range(0, Count).Select(i => StepAt(Levels, (i + 0.5) / Count, (ulong)i)).Order()];
        double[] expected = [.. Trajectories().Order()];

        // Both distributions at fifty places; the deviation of a share of 40,000 is below 0.0025.
        for (int k = 1; k < 50; k++)
        {
            double edge = 999.0 * k / 50;
            double share = (double)steps.Count(step => step < edge) / steps.Length, want = (double)expected.Count(step => step < edge) / expected.Length;
            Assert.Equal(want, share, 0.0125);
        }
    }

    private static double StepAt(HorizonLevels levels, double place, ulong number) => Trainer.Process.StepOfKappa(levels.At(place, number).Kappa);

    /// <summary>Every level of 400 trajectories of their own random numbers, each trajectory with the same weight.</summary>
    private static List<double> Trajectories()
    {
        var random = new Random(17);
        var steps = new List<double>();
        double first = -Math.Log(Trainer.Process.Kappa(0)), last = -Math.Log(Trainer.Process.Kappa(999));
        for (int run = 0; run < 4000; run++)
        {
            int horizon = (int)Math.Exp(Math.Log(10) + random.NextDouble() * Math.Log(100));
            var schedule = new HybridSchedule(1, 0, 0, 0, 1);
            if (run % 2 == 1)
            {
                double[] gaps = [0, .. Enumerable.Range(0, 3).Select(_ => random.NextDouble()).Order(), 1];   // even over all mixtures too
                double normal = Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
                schedule = new HybridSchedule(gaps[1], gaps[2] - gaps[1], gaps[3] - gaps[2], 1 - gaps[3], Math.Clamp(Math.Exp(0.3 * normal), 0.25, 4));
            }

            for (int k = 0; k < 10; k++)
                steps.Add(Trainer.Process.StepOfKappa(Math.Exp(-schedule.Lambda((double)random.Next(1, horizon + 1) / horizon, first, last))));
        }

        return steps;
    }
}

using Rubato.Guidance;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Solvers;

namespace Rubato.Pipelines.Schedulers;

/// <summary>Classes whose levels lie on a circle, and whose networks predict the velocity along it.</summary>
internal static class TrigSchedulers
{
    private const double FirstAngle = 1.57080, MiddleAngle = 1.3;   // of SANA-Sprint

    public static BuiltScheduler BuildIpndm(SchedulerConfig config)
    {
        config.WithoutEffect("num_train_timesteps", "trained_betas");   // its levels are fixed
        return new BuiltScheduler
        {
            Meaning = new OutputMeaning { Process = new TrigFlow(2 / Math.PI), Parameterisation = Parameterisation.Velocity },
            // sigma = sin^2 (pi u / 2)
            Planner = call => new GivenTimes([.. Even(1, call.Steps).Select(u
                => 2 / Math.PI * Math.Asin(Math.Pow(Math.Sin(Math.PI * u / 2), 2)))]),
            Solver = (_, _) => new Ipndm(),
        };
    }

    public static BuiltScheduler BuildScm(SchedulerConfig config)
    {
        config.WithoutEffect("num_train_timesteps");
        config.Only("prediction_type", "trigflow");
        double deviation = config.Number("sigma_data", 1e-3, 1e3, 0.5);
        return new BuiltScheduler
        {
            Meaning = new OutputMeaning { Process = new TrigFlow(), Parameterisation = Parameterisation.Velocity },
            Planner = call => new GivenTimes(call.Steps == 2 ? [FirstAngle, MiddleAngle, 0] : [.. Even(FirstAngle, call.Steps)])
            {
                StartScale = deviation,
            },
            Solver = (_, _) => new MultistepConsistency { NoiseScale = deviation },
        };
    }

    private static IEnumerable<double> Even(double first, int steps)
        => Enumerable.Range(0, steps + 1).Select(i => first * (steps - i) / steps);
}

using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;
using Rubato.Tests.Sampling;

namespace Rubato.Tests.Solvers;

/// <summary>Processes that revert to a mean, against the update formulas of MR Sampler (arXiv:2502.07856, section 3).</summary>
public sealed class KnownEndPointTests
{
    private const double Mean = 0.8, Spread = 0.3;   // m, and lambda_inf: sigma = lambda_inf sqrt(1 - alpha^2)

    private static readonly Level From = Reverting(0.35), To = Reverting(0.6);

    /// <summary>One step of each form: ODE and SDE, solved for the noise and for the data.</summary>
    [Theory]
    [InlineData(SolvedFor.Noise, 0)]
    [InlineData(SolvedFor.Data, 0)]
    [InlineData(SolvedFor.Noise, 1)]
    [InlineData(SolvedFor.Data, 1)]
    public async Task First_order_steps_are_those_of_the_paper(SolvedFor solvedFor, double eta)
    {
        const double X = 1.1, Noise = -0.4, Fresh = 0.7;
        double h = To.Lambda - From.Lambda, s = To.Sigma / From.Sigma, a = To.Alpha / From.Alpha;
        double data = (X - (1 - From.Alpha) * Mean - From.Sigma * Noise) / From.Alpha;
        double expected = (solvedFor, eta) switch
        {
            (SolvedFor.Noise, 0) => a * X + (1 - a) * Mean - To.Sigma * double.ExpM1(h) * Noise,
            (SolvedFor.Data, 0) => s * X + To.Alpha * (1 - Math.Exp(-h)) * data + Mean * (1 - s + s * From.Alpha - To.Alpha),
            (SolvedFor.Noise, _) => a * X + (1 - a) * Mean - 2 * To.Sigma * double.ExpM1(h) * Noise + To.Sigma * Math.Sqrt(double.ExpM1(2 * h)) * Fresh,
            _ => s * Math.Exp(-h) * X + To.Alpha * (1 - Math.Exp(-2 * h)) * data
                + Mean * (1 - a * Math.Exp(-2 * h) - To.Alpha * (1 - Math.Exp(-2 * h))) + To.Sigma * Math.Sqrt(1 - Math.Exp(-2 * h)) * Fresh,
        };
        foreach (bool saysNoise in new[] { true, false })
        {
            var solver = new MeanReverting(new DpmSolverMultistep(1, solvedFor) { Eta = eta }, Number(Mean));
            var denoiser = new Says(saysNoise ? Parameterisation.Noise : Parameterisation.Data, saysNoise ? Noise : data);
            TimeGrid grid = TimeGrid.Through(ClosedForm.Process, [From, To], Coordinates.Network);
            Tensor end = await solver.SampleAsync(Number(X), grid, denoiser, new SamplingContext(new Always((float)Fresh), new Trace()));
            Assert.Equal(expected, end.AsSpan<double>()[0], 1e-7);   // the fresh noise is float32
        }
    }

    [Fact]
    public Task Coordinates_in_which_the_mean_does_not_stand_are_refused()
        => Assert.ThrowsAsync<NotSupportedException>(() => new MeanReverting(new Euler(), Number(Mean)).SampleAsync(
            Number(0), TimeGrid.Through(ClosedForm.Process, [From, To], Coordinates.Network), new Says(Parameterisation.Noise, 0),
            new SamplingContext(new Always(0), new Trace())));

    private static Level Reverting(double alpha) => new(alpha, Spread * Math.Sqrt(1 - alpha * alpha), 0);

    private static Tensor Number(double value) => Tensor.From([value], [1, 1, 1, 1]);

    private sealed class Says(Parameterisation parameterisation, double output) : IDenoiser
    {
        public Task<Prediction> PredictAsync(Tensor x, EvaluationPoint point)
            => Task.FromResult(new Prediction(x, Number(output), point.Level, parameterisation, 1, limit: null));
    }

    private sealed class Always(float value) : INoiseSource
    {
        public void Normal(Span<float> destination) => destination.Fill(value);
    }
}

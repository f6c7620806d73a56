using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>Which of the network's estimates an exponential solver takes to be smooth.</summary>
public enum SolvedFor
{
    /// <summary>The clean sample: DPM-Solver++.</summary>
    Data,

    /// <summary>The noise: DPM-Solver.</summary>
    Noise,
}

/// <summary>How a second-order step weighs the difference of its estimates.</summary>
public enum DifferenceWeight
{
    /// <summary>Half the first-order weight.</summary>
    Midpoint,

    /// <summary>The exact integral of the difference.</summary>
    Heun,
}

/// <summary>
/// The factors of one step of an exponential solver in lambda, exact for an estimate m that is a polynomial of lambda:
/// x' = State x + First m + Slope d1 + Curvature d2 + Deviation noise, d1 and d2 being h m' and h^2 m'' where the step begins.
/// Lu et al. 2022, arXiv:2206.00927 and arXiv:2211.01095.
/// </summary>
internal readonly record struct ExponentialStep
{
    private readonly double _weight, _z;

    /// <summary>The factors of a step.</summary>
    /// <param name="solvedFor">What m is.</param>
    /// <param name="from">Where the state stands.</param>
    /// <param name="to">Where it is to go.</param>
    /// <param name="eta">How stochastic: 0 is the ODE, 1 the SDE. The noise form knows these two.</param>
    public ExponentialStep(SolvedFor solvedFor, Level from, Level to, double eta = 0)
    {
        double h = to.Lambda - from.Lambda;
        if (solvedFor == SolvedFor.Data)
        {
            _z = -(1 + eta) * h;
            _weight = -to.Alpha * _z;
            State = to.Sigma / from.Sigma * Math.Exp(-eta * h);
            First = -to.Alpha * double.ExpM1(_z);
            Deviation = to.Sigma * Math.Sqrt(-double.ExpM1(-2 * eta * h));
        }
        else
        {
            double parts = eta > 0 ? 2 : 1;
            _z = h;
            _weight = -parts * to.Sigma * h;
            State = to.Alpha / from.Alpha;
            First = -parts * to.Sigma * double.ExpM1(h);
            Deviation = eta > 0 ? to.Sigma * Math.Sqrt(double.ExpM1(2 * h)) : 0;
        }

        if (!to.IsClean) return;
        // h is infinite: all of m, and nothing of its slope
        (_weight, _z, Deviation) = (0, 0, 0);
        (State, First) = solvedFor == SolvedFor.Data ? (0, to.Alpha) : (State, -from.Sigma * to.Alpha / from.Alpha);
    }

    /// <summary>Factor of the state.</summary>
    public double State { get; }

    /// <summary>Factor of m.</summary>
    public double First { get; }

    /// <summary>Factor of h m'.</summary>
    public double Slope => Term(1);

    /// <summary>Factor of h^2 m''.</summary>
    public double Curvature => Term(2);

    /// <summary>Standard deviation of the noise.</summary>
    public double Deviation { get; }

    /// <summary>The factor of h^k times the k-th derivative of m, k at least 1.</summary>
    public double Term(int k) => _weight * Phi.Of(k + 1, _z);

    /// <summary>The factor of h m' under a weighing.</summary>
    public double SlopeBy(DifferenceWeight weight)
        => weight == DifferenceWeight.Midpoint ? First / 2 : Slope;

    /// <summary>What a prediction says of m.</summary>
    public static Tensor Estimate(SolvedFor solvedFor, Prediction p) => solvedFor == SolvedFor.Data ? p.Data : p.NoiseOfData;
}

namespace Rubato.Processes;

/// <summary>An estimate that is a combination of the state and the network's output.</summary>
/// <param name="State">Factor of the state.</param>
/// <param name="Output">Factor of the output.</param>
public readonly record struct Estimate(double State, double Output);

/// <summary>
/// What a network was trained to predict: leads from its output to the clean sample and the noise, for a state x of any
/// coordinates that the network sees as z = scale * x.
/// </summary>
public sealed class Parameterisation
{
    /// <summary>The noise.</summary>
    public static readonly Parameterisation Noise = new(nameof(Noise),
        (level, _) => new(1 / level.Alpha, -level.Sigma / level.Alpha), (_, _) => new(0, 1))
    { FollowsState = true };

    /// <summary>The clean sample.</summary>
    public static readonly Parameterisation Data = new(nameof(Data),
        (_, _) => new(0, 1), (level, _) => new(1 / level.Sigma, -level.Alpha / level.Sigma));

    /// <summary>v = alpha * noise - sigma * x0 (Salimans and Ho 2022, arXiv:2202.00512).</summary>
    public static readonly Parameterisation Velocity = new(nameof(Velocity),
        (level, scale) =>
        {
            double a = scale * level.Alpha, s = scale * level.Sigma;
            return new(a * scale / (a * a + s * s), -s / (a * a + s * s));
        },
        (level, scale) =>
        {
            double a = scale * level.Alpha, s = scale * level.Sigma;
            return new(s * scale / (a * a + s * s), a / (a * a + s * s));
        });

    /// <summary>noise - x0, the velocity of the straight path (Liu et al. 2022, arXiv:2209.03003).</summary>
    public static readonly Parameterisation Flow = OfFlow(nameof(Flow), 1);

    /// <summary>x0 - noise: the velocity from noise to data.</summary>
    public static readonly Parameterisation FlowToData = OfFlow(nameof(FlowToData), -1);

    /// <summary>The score -noise / sigma (Song et al. 2021, arXiv:2011.13456).</summary>
    public static readonly Parameterisation Score = new(nameof(Score),
        (level, scale) => new(1 / level.Alpha, scale * level.Sigma * level.Kappa), (level, scale) => new(0, -scale * level.Sigma));

    private readonly Func<Level, double, Estimate> _data, _noise;

    private Parameterisation(string name, Func<Level, double, Estimate> data, Func<Level, double, Estimate>? noise = null)
    {
        (Name, _data) = (name, data);
        // The noise that leads from the data to the state.
        _noise = noise ?? ((level, scale) =>
        {
            (double state, double output) = data(level, scale);
            return new((1 - level.Alpha * state) / level.Sigma, -level.Alpha * output / level.Sigma);
        });
    }

    /// <summary>All that need no number.</summary>
    public static IReadOnlyList<Parameterisation> All { get; } = [Noise, Data, Velocity, Flow, FlowToData, Score];

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>
    /// Whether an output is taken to the level that its state was raised to, where noise was added after the network was
    /// asked; others keep the level that they were made at. As diffusers has it.
    /// </summary>
    public bool FollowsState { get; private init; }

    /// <summary>
    /// F of EDM's preconditioning, D = c_skip x + c_out F (Karras et al. 2022, arXiv:2206.00364, table 1), with alpha = 1.
    /// </summary>
    /// <param name="deviation">sigma_data: standard deviation of the data.</param>
    /// <param name="negative">Whether the output has the other sign (diffusers: v_prediction).</param>
    public static Parameterisation Edm(double deviation, bool negative = false) => new(nameof(Edm), (level, _) =>
    {
        double variance = deviation * deviation, total = level.Sigma * level.Sigma + variance;
        double output = level.Sigma * deviation / Math.Sqrt(total);
        return new(variance / total, negative ? -output : output);
    })
    { FollowsState = true };

    /// <summary>A consistency model (Song et al. 2023, arXiv:2303.01469, eq. 5 and appendix C), with alpha = 1.</summary>
    /// <param name="deviation">sigma_data: standard deviation of the data.</param>
    /// <param name="least">The smallest sigma, where the state is the data.</param>
    public static Parameterisation Consistency(double deviation, double least) => new(nameof(Consistency), (level, _) =>
    {
        double variance = deviation * deviation, above = level.Sigma - least;
        return new(variance / (above * above + variance), above * deviation / Math.Sqrt(level.Sigma * level.Sigma + variance));
    });

    /// <summary>The clean sample; infinite factors where the level leaves it undetermined.</summary>
    /// <param name="level">The level of the state.</param>
    /// <param name="scale">The factor between the state and the network's input.</param>
    public Estimate ToData(Level level, double scale) => _data(level, scale);

    /// <summary>The noise; infinite factors where the level leaves it undetermined.</summary>
    /// <inheritdoc cref="ToData"/>
    public Estimate ToNoise(Level level, double scale) => _noise(level, scale);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static Parameterisation OfFlow(string name, double sign) => new(name,
        (level, scale) =>
        {
            double sum = scale * (level.Alpha + level.Sigma);
            return new(scale / sum, -sign * scale * level.Sigma / sum);
        },
        (level, scale) =>
        {
            double sum = scale * (level.Alpha + level.Sigma);
            return new(scale / sum, sign * scale * level.Alpha / sum);
        });
}

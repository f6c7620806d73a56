using System.Numerics;

namespace Rubato.Tests.Pipelines;

/// <summary>
/// Three schedulers of diffusers with the model of its tests, in whatever numbers <typeparamref name="T"/> is, operation by
/// operation in its order. In float32 they round as it does; in float64 they say what it means.
/// </summary>
internal static class UpstreamFormulas<T>
    where T : IFloatingPointIeee754<T>
{
    private static readonly T Least = T.CreateChecked(1e-20), Tiny = T.CreateChecked(1e-8);

    /// <summary>DDPMScheduler, fixed_small, from a training step down to 0, noised for the first.</summary>
    public static T[] Ddpm(T[] products, float[] sample, float[] noise, int first, Func<float[]> draw)
    {
        T signal = T.Sqrt(products[first]), disturbance = T.Sqrt(T.One - products[first]);
        T[] x = [.. sample.Zip(noise, (s, n) => signal * T.CreateChecked(s) + disturbance * T.CreateChecked(n))];
        for (int t = first; t >= 0; t--)
        {
            T product = products[t], previous = t > 0 ? products[t - 1] : T.One;
            T alpha = product / previous, beta = T.One - alpha;
            T deviation = T.Sqrt(T.Max((T.One - previous) / (T.One - product) * beta, Least));
            Ancestral(x, t, product, previous, alpha, beta, deviation, draw);
        }

        return x;
    }

    /// <summary>UnCLIPScheduler, fixed_small_log, on given training steps; those that are neighbours have the betas of a table.</summary>
    public static T[] UnClip(T[] products, T[] betas, float[] sample, IReadOnlyList<int> times, Func<float[]> draw)
    {
        T[] x = [.. sample.Select(T.CreateChecked)];
        for (int i = 0; i < times.Count; i++)
        {
            int t = times[i], then = i + 1 < times.Count ? times[i + 1] : t - 1;
            T product = products[t], previous = then >= 0 ? products[then] : T.One;
            T beta = then == t - 1 ? betas[t] : T.One - product / previous, alpha = T.One - beta;
            T variance = T.Max((T.One - previous) / (T.One - product) * beta, Least);
            Ancestral(x, t, product, previous, alpha, beta, T.Exp(T.CreateChecked(0.5) * T.Log(variance)), draw);
        }

        return x;
    }

    /// <summary>IPNDMScheduler, twice over its list; the history of the first pass stays.</summary>
    public static T[] Ipndm(float[] sample, int steps)
    {
        T[] x = [.. sample.Select(T.CreateChecked)];
        T[] betas = [.. Enumerable.Range(0, steps + 1).Select(i => Square(T.Sin(Fraction(i) * T.Pi / T.CreateChecked(2))))];
        T[] alphas = [.. betas.Select(beta => T.Sqrt(T.One - beta * beta))];
        var slopes = new List<T[]>();
        for (int i = 0; i < 2 * steps; i++)
        {
            int at = i % steps;
            T time = T.Atan2(betas[at], alphas[at]) / T.Pi * T.CreateChecked(2);
            slopes.Add([.. x.Select(value => value * betas[at] + Model(value, time) * alphas[at])]);
            T next = alphas[at + 1], nextSigma = betas[at + 1], alpha = T.Max(alphas[at], Tiny);
            for (int k = 0; k < x.Length; k++)
            {
                T slope = Extrapolated(slopes, k);
                x[k] = next * ((x[k] - betas[at] * slope) / alpha) + slope * nextSigma;
            }
        }

        return x;

        // From both ends, as torch.linspace counts.
        T Fraction(int i)
        {
            T step = -T.One / T.CreateChecked(steps);
            return i < (steps + 1) / 2 ? T.One + step * T.CreateChecked(i) : T.Zero - step * T.CreateChecked(steps - i);
        }

        static T Square(T value) => value * value;
    }

    /// <summary>x0, limited to 1; its mean with the sample; noise, but for the last step.</summary>
    private static void Ancestral(T[] x, int t, T product, T previous, T alpha, T beta, T deviation, Func<float[]> draw)
    {
        T ofClean = T.Sqrt(previous) * beta / (T.One - product), ofSample = T.Sqrt(alpha) * (T.One - previous) / (T.One - product);
        float[]? noise = t > 0 ? draw() : null;
        for (int k = 0; k < x.Length; k++)
        {
            T clean = (x[k] - T.Sqrt(T.One - product) * Model(x[k], T.CreateChecked(t))) / T.Sqrt(product);
            x[k] = ofClean * T.Clamp(clean, -T.One, T.One) + ofSample * x[k];
            if (noise is not null) x[k] += deviation * T.CreateChecked(noise[k]);
        }
    }

    private static T Extrapolated(List<T[]> slopes, int k)
    {
        T Last(int back) => slopes[^back][k];
        T Times(int factor, int back) => T.CreateChecked(factor) * Last(back);
        return slopes.Count switch
        {
            1 => Last(1),
            2 => (Times(3, 1) - Last(2)) / T.CreateChecked(2),
            3 => (Times(23, 1) - Times(16, 2) + Times(5, 3)) / T.CreateChecked(12),
            _ => T.CreateChecked(1.0 / 24) * (Times(55, 1) - Times(59, 2) + Times(37, 3) - Times(9, 4)),
        };
    }

    private static T Model(T x, T time) => x * time / (time + T.One);
}

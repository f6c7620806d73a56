namespace Rubato.Tests.Training;

/// <summary>Numbers in float64 with their gradient; pictures are [N, C, P], P pixels in a square.</summary>
internal sealed class Numbers(double[] values, params int[] shape)
{
    public double[] Values { get; } = values;

    public double[] Gradient { get; } = new double[values.Length];

    public int[] Shape { get; } = shape;
}

/// <summary>Reverse-mode differentiation in float64, one plain loop an operation: the truth that training is measured by.</summary>
internal sealed class DoubleTape
{
    private readonly Stack<Action> _rules = [];

    /// <summary>Runs the rules; the gradients of the last result were set before.</summary>
    public void Backward()
    {
        while (_rules.TryPop(out Action? rule)) rule();
    }

    /// <summary>x [N, I], weight [O, I], bias [O].</summary>
    public Numbers Linear(Numbers x, Numbers weight, Numbers bias)
    {
        int rows = x.Shape[0], inputs = weight.Shape[1], outputs = weight.Shape[0];
        var y = new Numbers(new double[rows * outputs], rows, outputs);
        Each(rows, outputs, (n, o) =>
        {
            double sum = bias.Values[o];
            for (int i = 0; i < inputs; i++) sum += x.Values[n * inputs + i] * weight.Values[o * inputs + i];
            y.Values[n * outputs + o] = sum;
        });
        _rules.Push(() => Each(rows, outputs, (n, o) =>
        {
            double dy = y.Gradient[n * outputs + o];
            bias.Gradient[o] += dy;
            for (int i = 0; i < inputs; i++)
            {
                weight.Gradient[o * inputs + i] += dy * x.Values[n * inputs + i];
                x.Gradient[n * inputs + i] += dy * weight.Values[o * inputs + i];
            }
        }));
        return y;
    }

    /// <summary>Cross-correlation with zeros around that keep the size; weight [O, I, k, k], k odd.</summary>
    public Numbers Convolve(Numbers x, Numbers weight, Numbers bias)
    {
        (int count, int inputs, int pixels) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        int outputs = weight.Shape[0], kernel = weight.Shape[2], side = (int)Math.Sqrt(pixels);
        var y = new Numbers(new double[count * outputs * pixels], count, outputs, pixels);
        Each(count, outputs, (n, o) =>
        {
            Array.Fill(y.Values, bias.Values[o], (n * outputs + o) * pixels, pixels);
            Taps(n, o, (from, w, to) => y.Values[to] += weight.Values[w] * x.Values[from]);
        });
        _rules.Push(() => Each(count, outputs, (n, o) =>
        {
            for (int p = 0; p < pixels; p++) bias.Gradient[o] += y.Gradient[(n * outputs + o) * pixels + p];
            Taps(n, o, (from, w, to) =>
            {
                weight.Gradient[w] += y.Gradient[to] * x.Values[from];
                x.Gradient[from] += y.Gradient[to] * weight.Values[w];
            });
        }));
        return y;

        void Taps(int n, int o, Action<int, int, int> visit)
        {
            for (int i = 0; i < inputs; i++)
            {
                for (int tap = 0; tap < kernel * kernel; tap++)
                {
                    int down = tap / kernel - kernel / 2, right = tap % kernel - kernel / 2;
                    for (int p = 0; p < pixels; p++)
                    {
                        int row = p / side + down, column = p % side + right;
                        if (row < 0 || row >= side || column < 0 || column >= side) continue;
                        visit((n * inputs + i) * pixels + row * side + column, (o * inputs + i) * kernel * kernel + tap,
                            (n * outputs + o) * pixels + p);
                    }
                }
            }
        }
    }

    /// <summary>Each group of channels with mean 0 and variance 1, then scaled and shifted by channel.</summary>
    public Numbers Normalise(Numbers x, Numbers weight, Numbers bias, int groups, double epsilon)
    {
        (int count, int channels, int pixels) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        int each = channels / groups * pixels;
        var y = new Numbers(new double[x.Values.Length], x.Shape);
        double[] normal = new double[x.Values.Length], scale = new double[count * groups];
        Each(count, groups, (n, g) =>
        {
            Span<double> of = x.Values.AsSpan((n * groups + g) * each, each);
            double mean = 0, variance = 0;
            foreach (double value in of) mean += value / each;
            foreach (double value in of) variance += (value - mean) * (value - mean) / each;
            scale[n * groups + g] = 1 / Math.Sqrt(variance + epsilon);
            for (int i = 0; i < each; i++)
            {
                int at = (n * groups + g) * each + i, c = at / pixels % channels;
                normal[at] = (x.Values[at] - mean) * scale[n * groups + g];
                y.Values[at] = normal[at] * weight.Values[c] + bias.Values[c];
            }
        });
        _rules.Push(() => Each(count, groups, (n, g) =>
        {
            int first = (n * groups + g) * each;
            double mean = 0, slope = 0;
            for (int at = first; at < first + each; at++)
            {
                int c = at / pixels % channels;
                weight.Gradient[c] += y.Gradient[at] * normal[at];
                bias.Gradient[c] += y.Gradient[at];
                mean += y.Gradient[at] * weight.Values[c] / each;
                slope += y.Gradient[at] * weight.Values[c] * normal[at] / each;
            }

            for (int at = first; at < first + each; at++)
            {
                double d = y.Gradient[at] * weight.Values[at / pixels % channels];
                x.Gradient[at] += scale[n * groups + g] * (d - mean - slope * normal[at]);
            }
        }));
        return y;
    }

    public Numbers Silu(Numbers x)
    {
        var y = new Numbers([.. x.Values.Select(value => value / (1 + Math.Exp(-value)))], x.Shape);
        _rules.Push(() =>
        {
            for (int i = 0; i < x.Values.Length; i++)
            {
                double s = 1 / (1 + Math.Exp(-x.Values[i]));
                x.Gradient[i] += y.Gradient[i] * s * (1 + x.Values[i] * (1 - s));
            }
        });
        return y;
    }

    /// <summary>x + y, where y may lack the last axis of x.</summary>
    public Numbers Add(Numbers x, Numbers y)
    {
        int each = x.Values.Length / y.Values.Length;
        var sum = new Numbers([.. x.Values.Select((value, i) => value + y.Values[i / each])], x.Shape);
        _rules.Push(() =>
        {
            for (int i = 0; i < sum.Values.Length; i++)
            {
                x.Gradient[i] += sum.Gradient[i];
                y.Gradient[i / each] += sum.Gradient[i];
            }
        });
        return sum;
    }

    /// <summary>The channels of x, then those of y.</summary>
    public Numbers Concatenate(Numbers x, Numbers y)
    {
        int first = x.Shape[1] * x.Shape[2], second = y.Shape[1] * y.Shape[2], both = first + second;
        var z = new Numbers(new double[x.Shape[0] * both], x.Shape[0], x.Shape[1] + y.Shape[1], x.Shape[2]);
        for (int i = 0; i < z.Values.Length; i++)
        {
            (int n, int at) = Math.DivRem(i, both);
            z.Values[i] = at < first ? x.Values[n * first + at] : y.Values[n * second + at - first];
        }

        _rules.Push(() =>
        {
            for (int i = 0; i < z.Values.Length; i++)
            {
                (int n, int at) = Math.DivRem(i, both);
                if (at < first) x.Gradient[n * first + at] += z.Gradient[i];
                else y.Gradient[n * second + at - first] += z.Gradient[i];
            }
        });
        return z;
    }

    /// <summary>Rows of a table.</summary>
    public Numbers Rows(Numbers table, int[] indices)
    {
        int width = table.Shape[1];
        var y = new Numbers([.. indices.SelectMany(index => table.Values.Skip(index * width).Take(width))], indices.Length, width);
        _rules.Push(() => Each(indices.Length, width, (n, i) => table.Gradient[indices[n] * width + i] += y.Gradient[n * width + i]));
        return y;
    }

    private static void Each(int rows, int columns, Action<int, int> visit)
    {
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++) visit(row, column);
    }
}

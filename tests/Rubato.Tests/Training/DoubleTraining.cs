using Rubato.Networks;
using Rubato.Tensors.Autograd;
using Rubato.Training;

namespace Rubato.Tests.Training;

/// <summary>
/// A UNet2DModel of one level without attention, and its training, in float64: the network as its reference describes it,
/// AdamW with clipping and a warm-up as their papers do.
/// </summary>
internal sealed class DoubleTraining(ParameterSet start, UNet2DOptions architecture, TrainingOptions options)
{
    private const double Beta1 = 0.9, Epsilon = 1e-8;

    private readonly Dictionary<string, Numbers> _weights = start.All.ToDictionary(parameter => parameter.Name, parameter
        => new Numbers([.. parameter.Value.ToArray().Select(value => (double)value)], [.. parameter.Value.Shape]));

    private readonly Dictionary<string, (double[] Mean, double[] Square)> _moments = start.All.ToDictionary(
        parameter => parameter.Name, parameter => (new double[parameter.Value.Count], new double[parameter.Value.Count]));

    private DoubleTape _tape = new();
    private int _steps;

    /// <summary>One step on a batch; returns its loss.</summary>
    public double Step(TrainingBatch batch)
    {
        int length = batch.Times.Length;
        foreach (Numbers weight in _weights.Values) Array.Clear(weight.Gradient);
        _tape = new DoubleTape();
        Numbers output = Evaluate(batch);
        double loss = 0;
        int each = output.Values.Length / length;
        float[] target = batch.Target.ToArray();
        for (int i = 0; i < output.Values.Length; i++)
        {
            double weight = batch.Weights[i / each] / ((double)each * length), difference = output.Values[i] - target[i];
            loss += weight * difference * difference;
            output.Gradient[i] = 2 * weight * difference;
        }

        _tape.Backward();
        Update(length);
        return loss;
    }

    private Numbers Evaluate(TrainingBatch batch)
    {
        (int count, int channels, int pixels) = (batch.Times.Length, batch.Noisy.Shape[1], batch.Noisy.Shape[2] * batch.Noisy.Shape[3]);
        var x = new Numbers([.. batch.Noisy.ToArray().Select(value => (double)value)], count, channels, pixels);
        Numbers time = Linear("time_embedding.linear_2", _tape.Silu(Linear("time_embedding.linear_1", Waves(batch.Times))));
        int[] labels = [.. batch.Conditions.Select(condition => (condition as ClassLabel)?.Index ?? architecture.NullClass!.Value)];
        Numbers embedding = _tape.Silu(_tape.Add(time, _tape.Rows(_weights["class_embedding.weight"], labels)));

        Numbers first = Convolve("conv_in", x);
        Numbers down = Resnet("down_blocks.0.resnets.0", first, embedding);
        Numbers up = Resnet("up_blocks.0.resnets.0", _tape.Concatenate(down, down), embedding);
        up = Resnet("up_blocks.0.resnets.1", _tape.Concatenate(up, first), embedding);
        return Convolve("conv_out", _tape.Silu(Normalise("conv_norm_out", up)));
    }

    private Numbers Resnet(string name, Numbers x, Numbers embedding)
    {
        Numbers h = Convolve($"{name}.conv1", _tape.Silu(Normalise($"{name}.norm1", x)));
        h = _tape.Add(h, Linear($"{name}.time_emb_proj", embedding));
        h = Convolve($"{name}.conv2", _tape.Silu(Normalise($"{name}.norm2", h)));
        return _tape.Add(h, _weights.ContainsKey($"{name}.conv_shortcut.weight") ? Convolve($"{name}.conv_shortcut", x) : x);
    }

    /// <summary>Cosines, then sines, of the time at frequencies from 1 towards 1 / 10000.</summary>
    private Numbers Waves(float[] times)
    {
        int width = architecture.BlockOutChannels[0], half = width / 2;
        double[] waves = new double[times.Length * width];
        for (int i = 0; i < waves.Length; i++)
        {
            double angle = times[i / width] * Math.Pow(10000, -(i % half) / (double)half);
            waves[i] = i % width < half ? Math.Cos(angle) : Math.Sin(angle);
        }

        return new Numbers(waves, times.Length, width);
    }

    private Numbers Linear(string name, Numbers x) => _tape.Linear(x, _weights[name + ".weight"], _weights[name + ".bias"]);

    private Numbers Convolve(string name, Numbers x) => _tape.Convolve(x, _weights[name + ".weight"], _weights[name + ".bias"]);

    private Numbers Normalise(string name, Numbers x) => _tape.Normalise(x, _weights[name + ".weight"], _weights[name + ".bias"],
        architecture.NormNumGroups!.Value, architecture.NormEps);

    private void Update(int length)
    {
        _steps++;
        double norm = Math.Sqrt(_weights.Values.Sum(weight => weight.Gradient.Sum(g => g * g)));
        double clip = Math.Min(1, options.ClipNorm / norm);
        double rate = options.Rate * Math.Min(1, (double)_steps * length / options.WarmUp);
        foreach ((string name, Numbers weight) in _weights)
        {
            (double[] mean, double[] square) = _moments[name];
            for (int i = 0; i < mean.Length; i++)
            {
                double g = clip * weight.Gradient[i];
                mean[i] = Beta1 * mean[i] + (1 - Beta1) * g;
                square[i] = options.Beta2 * square[i] + (1 - options.Beta2) * g * g;
                double m = mean[i] / (1 - Math.Pow(Beta1, _steps)), v = square[i] / (1 - Math.Pow(options.Beta2, _steps));
                weight.Values[i] -= rate * (m / (Math.Sqrt(v) + Epsilon) + options.WeightDecay * weight.Values[i]);
            }
        }
    }
}

using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Goldens;

/// <summary>Cases of CLIP's two models: one evaluation, with the tokens behind every layer.</summary>
internal static class Clip
{
    public static IEnumerable<(string Name, Tensor Value)> ReadText(ModelCase model)
    {
        var source = new CheckpointWeights(model.Weights);
        var weights = new Weights(source, model.Precision);
        var network = new ClipTextModel(weights, ClipConfig.ReadText(model.Config));
        weights.Verify();
        Tensor ids = model.Input("input_ids");
        var states = new List<Tensor>();
        ClipTextOutput output = network.Evaluate(
            [.. ids.ToArray().Select(id => (int)id).Chunk(ids.Shape[1])], model.Find("attention_mask"), states.Keep);

        yield return ("out.last_hidden_state", output.LastHiddenState);
        yield return ("out.pooler_output", output.Pooled);
        if (output.Embedding is not null) yield return ("out.text_embeds", output.Embedding);
        for (int i = 0; i < states.Count; i++) yield return ($"out.hidden_states.{i}", states[i]);

        // Pipelines that skip layers normalise what an earlier one gives out.
        ClipEncoderOptions options = network.Options.Encoder;
        var norm = LayerNorm.Load(new Weights(source)["text_model"]["final_layer_norm"], [options.HiddenSize], (float)options.LayerNormEps);
        for (int skip = 1; skip < states.Count; skip++) yield return ($"out.clip_skip_{skip}", norm.Forward(states[^(skip + 1)]));
    }

    public static IEnumerable<(string Name, Tensor Value)> ReadVision(ModelCase model)
    {
        var weights = new Weights(new CheckpointWeights(model.Weights), model.Precision);
        var network = new ClipVisionModel(weights, ClipConfig.ReadVision(model.Config));
        weights.Verify();
        var states = new List<Tensor>();
        ClipVisionOutput output = network.Evaluate(model.Input("pixel_values"), states.Keep);
        return
        [
            ("out.last_hidden_state", output.LastHiddenState),
            ("out.image_embeds", output.Embedding),
            ("out.hidden_states_minus2", states[^2]),
        ];
    }

    /// <summary>States end with the evaluation.</summary>
    private static void Keep(this List<Tensor> states, Tensor state) => states.Add(state.CopyTo(TensorMemory.Managed(state.ByteCount)));
}
